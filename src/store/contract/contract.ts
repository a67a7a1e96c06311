import { administrationCases } from './administration.js';
import type { Case } from './case.js';
import { keysCases } from './keys.js';
import { refusalCases } from './refusals.js';
import { rotationCases } from './rotation.js';
import { sessionsCases } from './sessions.js';
import { usersCases } from './users.js';
import { walkCases } from './walks.js';
import { wholeCases } from './whole.js';

/** Cases that are about one thing. */
export interface Chapter {
  /** Null = about the store as a whole. */
  readonly about: string | null;
  readonly cases: readonly Case[];
}

/** What every storage engine must do; nothing in it is optional. */
export const contract: readonly Chapter[] = [
  { about: 'users', cases: usersCases },
  { about: 'sessions', cases: sessionsCases },
  { about: 'rotation', cases: [...rotationCases, ...refusalCases, ...walkCases] },
  { about: 'administration', cases: administrationCases },
  { about: 'keys', cases: keysCases },
  { about: null, cases: wholeCases },
];
