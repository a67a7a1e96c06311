import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { TokenPair } from './common.js';
import type { Services } from './services/services.js';
import type { Origin, RoleTable, SessionRow, UserRow } from './store/store.js';
import type { MaybePromise } from './outcome.js';
import type { Viewer, ViewerContext } from './viewer.js';

/** Remembers what it has read. */
export interface Loader<Value> {
  load(id: string): MaybePromise<Value>;
  /** All in one read. In the order of the ids; what could not be read is an error in its place. */
  loadMany(ids: readonly string[]): MaybePromise<(Value | Error)[]>;
  /** Whose values are likely to be asked for: with the first of them the others are read. */
  expect(ids: () => readonly string[]): void;
}

/** Whether more rows fit into an answer; after some refusals one more tells nobody anything. */
export type RowsAdmitted = 'fit' | 'refused' | 'refused again';

/** Remembered reads of one request and one viewer, batched where the store is elsewhere. */
export interface Loaders {
  readonly userById: Loader<UserRow | null>;
  readonly sessionById: Loader<SessionRow | null>;
  readonly rolesByUserId: Loader<string[]>;
  /** Null where scopes come from roles. */
  readonly scopesByUserId: Loader<string[]> | null;
  readonly liveSessionsByUserId: Loader<SessionRow[]>;
  readonly roleTable: () => MaybePromise<RoleTable>;
  /** Counts the rows of a list that an answer is to hold: lists in each other multiply. */
  readonly admitRows: (count: number) => RowsAdmitted;
  /** The answer is made again from the start. */
  readonly admitAnew: () => void;
  /** What has been read is read again when it is next asked for: after a write. */
  readonly forget: () => void;
}

/** Whether the viewer of a context may use coordinates of a schema; null where only the object or the arguments tell. */
export type ViewerCan = (
  schema: GraphQLSchema,
  coordinates: readonly string[],
  context: ViewerContext,
) => MaybePromise<(boolean | null)[]>;

/** The cookies that hold tokens: what came, and what the answer does about it. */
export interface RequestCookies {
  /** As it came, unverified; null where it is not one readable text. */
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  /** Whether the credential of the request is the cookie's, not the header's. */
  readonly isCredential: boolean;
  /** Whether payloads leave the tokens out. */
  readonly hideTokens: boolean;
  /** False on a socket: its answer has no headers. */
  readonly canBeSet: boolean;
  /** Milliseconds. Throws where a browser would not keep a cookie of this size. */
  readonly set: (tokens: TokenPair, serverTime: number) => void;
  readonly clear: () => void;
  /**
   * The same for a session that has ended at that time, in milliseconds. Not at once: the cookies of a session that took
   * its place (a changed password) may be on their way, and would be deleted.
   */
  readonly clearEnded: (endedAt: number) => void;
}

/**
 * What a resolver sees of its request. No interface, of which TypeScript allows that others add to it: graphql-http takes
 * only what is assignable to a record.
 */
export type RequestContext = ViewerContext & {
  readonly services: Services;
  readonly loaders: Loaders;
  readonly origin: Origin;
  /** The token that the credential was read from, as it came; null where there was none. */
  readonly accessToken: string | null;
  /** Null where `authCookie` is not set. */
  readonly cookies: RequestCookies | null;
  /** What the guards say. */
  readonly viewerCan: ViewerCan;
  /** The same request as seen by another viewer, with loaders of its own. */
  readonly seenBy: <Context extends RequestContext>(context: Context, viewer: Viewer) => Context;
};

/** Inside a field under a guard that asks for a login, there is a viewer. */
export type AuthenticatedContext<Context = RequestContext> = Context & {
  readonly viewer: Viewer;
};

/** One operation about to run. */
export interface Operation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** As they came, before coercion. */
  variables: Readonly<Record<string, unknown>>;
  context: RequestContext;
}
