import type DataLoader from 'dataloader';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Services } from './services/services.js';
import type { Origin, RoleTable, SessionRow, UserRow } from './store/store.js';
import type { MaybePromise } from './outcome.js';
import type { Viewer, ViewerContext } from './viewer.js';

/** Batched, remembered reads of one request and one viewer. */
export interface Loaders {
  readonly userById: DataLoader<string, UserRow | null>;
  readonly sessionById: DataLoader<string, SessionRow | null>;
  readonly rolesByUserId: DataLoader<string, string[]>;
  /** Null where scopes come from roles. */
  readonly scopesByUserId: DataLoader<string, string[]> | null;
  readonly liveSessionsByUserId: DataLoader<string, SessionRow[]>;
  readonly roleTable: () => MaybePromise<RoleTable>;
  /** What has been read is read again when it is next asked for: after a write. */
  readonly forget: () => void;
}

/** Whether the viewer of a context may use coordinates of a schema; null where only the object or the arguments tell. */
export type ViewerCan = (
  schema: GraphQLSchema,
  coordinates: readonly string[],
  context: ViewerContext,
) => MaybePromise<(boolean | null)[]>;

/** What a resolver sees of its request. */
export interface RequestContext extends ViewerContext {
  readonly services: Services;
  readonly loaders: Loaders;
  readonly origin: Origin;
  /** The token of the Authorization header, as it came; for `logout`. */
  readonly accessToken: string | null;
  /** What the guards say. */
  readonly viewerCan: ViewerCan;
  /** The same request as seen by another viewer, with loaders of its own. */
  readonly seenBy: <Context extends RequestContext>(context: Context, viewer: Viewer) => Context;
}

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
