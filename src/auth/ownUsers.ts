import { GraphQLError } from 'graphql';
import type { MaybePromise } from '../outcome.js';
import { StoreUnavailableError, type Origin } from '../store/store.js';

/** The least that we ask of a user in a table of the embedder's. */
export interface OwnUser {
  /** Never changes and is never given to somebody else. */
  readonly id: string;
  /** What `User.email` answers. */
  readonly email?: string | null | undefined;
  /** Since when the account is closed, a number in milliseconds; nothing while it is open. */
  readonly disabledAt?: Date | number | null | undefined;
}

export interface OwnGrants {
  /** `admin` holds every scope. */
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

/**
 * Users in a table of the embedder's. What these functions throw is masked and lets nobody in; a `GraphQLError` leaves
 * as it is.
 */
export interface OwnUsers<User extends OwnUser = OwnUser> {
  /** In the order of the ids; null where there is none. Asked once however many ids. */
  findByIds(ids: readonly string[]): MaybePromise<readonly (User | null | undefined)[]>;
  /**
   * The owner of the password, closed accounts included; null for a wrong password and an unknown account. Attempts
   * are counted before. `email` is as it was sent. To take the same time for both is the embedder's part.
   */
  authenticate(
    input: { email: string; password: string },
    origin: Origin,
  ): MaybePromise<User | null | undefined>;
  /** Read anew at each login and each refresh, and where a query asks for them. */
  grantsOf(user: User): MaybePromise<OwnGrants>;
}

/** Fields that would write to the embedder's table or list it, and one that only it knows. */
export const omittedForOwnUsers: readonly string[] = [
  'Mutation.signup',
  'Mutation.changePassword',
  'Mutation.setUserRoles',
  'Mutation.disableUser',
  'Mutation.enableUser',
  'Mutation.upsertRole',
  'Query.users',
  'Query.roles',
  'User.createdAt',
];

/** One of the embedder's functions. What it throws may quote its database, so it stays behind as the cause. */
export async function asked<T>(name: keyof OwnUsers, ask: () => MaybePromise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof GraphQLError || error instanceof StoreUnavailableError) throw error;
    throw new Error(`users.${name} failed.`, { cause: error });
  }
}
