import { initial, searchIndex } from './0001Initial.js';
import { usernames } from './0002Usernames.js';

/** One step of the schema. */
export interface Migration {
  sql: string;
  /**
   * Whether programs that only know the schema before it can no longer work. Where not, nodes of the last version
   * and of this one serve side by side while an upgrade rolls.
   */
  breaking: boolean;
}

/** Migration n stands at n - 1. Append only: what was released once is never changed again. */
export const migrations: readonly Migration[] = [
  { sql: initial + searchIndex, breaking: true },
  { sql: usernames, breaking: false },
];
