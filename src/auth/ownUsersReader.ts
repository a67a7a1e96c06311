import { isScope } from '../scope.js';
import { MAX_SCOPES_LENGTH, tooManyRoles } from '../services/grantSize.js';
import type { Origin } from '../store/store.js';
import { isKeptAsItIs } from '../store/text.js';
import { asked, type OwnGrants, type OwnUser, type OwnUsers } from './ownUsers.js';

/** A user as the embedder's table has them, checked. */
export interface FoundUser {
  readonly id: string;
  readonly email: string | null;
  /** Milliseconds. */
  readonly disabledAt: number | null;
  /** As it came. */
  readonly own: OwnUser;
  /** Reads the roles and scopes, without repetition and in alphabetical order. */
  readonly grants: () => Promise<{ roles: string[]; scopes: string[] }>;
}

export interface OwnUsersReader {
  /** In the order of the ids. */
  find(ids: readonly string[]): Promise<(FoundUser | null)[]>;
  authenticate(
    input: { email: string; password: string },
    origin: Origin,
  ): Promise<FoundUser | null>;
}

/** Asks the embedder's functions. An answer that cannot be meant is an error which says what was expected. */
export function createOwnUsersReader(users: OwnUsers): OwnUsersReader {
  const checked = (user: OwnUser, from: string): FoundUser => {
    const { id, email = null, disabledAt = null } = user;
    // Where an engine keeps another text, two ids could become one.
    if (typeof id !== 'string' || id === '' || id.length > 255 || !isKeptAsItIs(id)) {
      throw new TypeError(
        `${from} expects users whose id is a text of 1 to 255 characters, none of them NUL; it is ${show(id)}. Write { id: String(row.id) }.`,
      );
    }
    if (email !== null && typeof email !== 'string') {
      throw new TypeError(`${from} expects the email of a user to be a text or null.`);
    }
    return {
      id,
      email,
      disabledAt: momentOf(disabledAt, from),
      own: user,
      grants: async () => grantsOf(await asked('grantsOf', () => users.grantsOf(user))),
    };
  };

  return {
    async find(ids) {
      if (ids.length === 0) return [];
      const found = await asked('findByIds', () => users.findByIds([...ids]));
      if (!Array.isArray(found) || found.length !== ids.length) {
        const came = Array.isArray(found) ? found.length : show(found);
        throw new TypeError(
          `users.findByIds expects one answer for each of the ${ids.length} ids, in their order, null where there is none; got ${came}. Write ids.map((id) => rows.find((row) => row.id === id) ?? null).`,
        );
      }
      return (found as readonly (OwnUser | null | undefined)[]).map((user, at) => {
        if (user === null || user === undefined) return null;
        const one = checked(user, 'users.findByIds');
        if (one.id === ids[at]) return one;
        throw new TypeError(
          `users.findByIds expects the users in the order of the ids; ${show(ids[at])} was answered with ${show(one.id)}.`,
        );
      });
    },
    async authenticate(input, origin) {
      const user = await asked('authenticate', () => users.authenticate({ ...input }, origin));
      if (user === null || user === undefined) return null;
      // A function that answers whether the password is right must not log somebody in by accident.
      if (typeof user === 'object') return checked(user, 'users.authenticate');
      throw new TypeError(
        `users.authenticate expects the user, or null where the password is wrong; got ${show(user)}.`,
      );
    },
  };
}

function momentOf(at: unknown, from: string): number | null {
  const moment = at instanceof Date ? at.getTime() : at;
  if (moment === null || (typeof moment === 'number' && Number.isSafeInteger(moment))) {
    return moment;
  }
  throw new TypeError(
    `${from} expects disabledAt to be a Date, milliseconds, or null while the account is open; got ${show(at)}.`,
  );
}

function grantsOf(granted: OwnGrants): { roles: string[]; scopes: string[] } {
  const given: Partial<Record<keyof OwnGrants, unknown>> = Object(granted) as object;
  const { roles, scopes } = given;
  if (!isTexts(roles) || !isTexts(scopes) || !scopes.every(isScope)) {
    throw new TypeError(
      "users.grantsOf expects lists of names, without blanks in a scope: { roles: ['editor'], scopes: ['posts:write'] }.",
    );
  }
  const tooMany = tooManyRoles(roles);
  if (tooMany !== null || scopes.join(' ').length > MAX_SCOPES_LENGTH) {
    throw new TypeError(
      `users.grantsOf expects what an access token can carry: at most ${MAX_SCOPES_LENGTH} characters of scopes, and 800 of roles.`,
    );
  }
  return { roles: [...new Set(roles)].sort(), scopes: [...new Set(scopes)].sort() };
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const show = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : typeof value;
