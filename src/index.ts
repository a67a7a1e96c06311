/** The library's door: accounts, sessions, tokens and guards for a GraphQL API of your own. */
export { createAuth, type Auth } from './auth/createAuth.js';
export type { CookieTarget } from './auth/cookieTarget.js';
export type { GraphqlWsInput, GraphqlWsOptions } from './auth/graphqlWs.js';
export type { AuthOptions } from './auth/options.js';
export type { OwnGrants, OwnUser, OwnUsers } from './auth/ownUsers.js';
export type { ApolloPlugin, PrivacyPlugin } from './auth/plugin.js';
export type { ApolloPlugins } from './auth/plugins.js';
export type { AuthRequest, HeaderSource } from './auth/requestFacts.js';
export {
  errorCatalogue,
  forbiddenReasons,
  unauthenticatedReasons,
  type ErrorCode,
  type ForbiddenReason,
  type UnauthenticatedReason,
} from './common.js';
export {
  perObject,
  type ObjectCheck,
  type ObjectPolicy,
  type Policies,
  type PolicyItem,
  type RequestPolicy,
} from './directives/policies.js';
export { report, type SchemaReport } from './directives/report.js';
export type { ReportedRequirement, ReportEntry } from './directives/reportReader.js';
export type { Respond } from './directives/respond.js';
export { AuthError, type ErrorDetails } from './errors.js';
/** What `auth.resolvers` is, and each part of it: declarations of whoever exports a part have to name it. */
export type {
  AuthPayloadResolvers,
  LogoutPayload,
  LogoutPayloadResolvers,
  Maybe,
  MutationChangePasswordArgs,
  MutationDisableUserArgs,
  MutationEnableUserArgs,
  MutationLoginArgs,
  MutationLogoutArgs,
  MutationRefreshTokenArgs,
  MutationResolvers,
  MutationRevokeSessionArgs,
  MutationRevokeUserSessionsArgs,
  MutationSetUserRolesArgs,
  MutationSignupArgs,
  MutationUpsertRoleArgs,
  PageInfo,
  PageInfoResolvers,
  QueryResolvers,
  QueryUserArgs,
  QueryUsersArgs,
  QueryVerifyTokenArgs,
  QueryViewerCanArgs,
  RequireFields,
  Resolver,
  Resolvers,
  ResolverTypeWrapper,
  RoleResolvers,
  SessionResolvers,
  SigningKeyResolvers,
  TokenReason,
  TokenStatusResolvers,
  TokenType,
  UserConnectionResolvers,
  UserEdgeResolvers,
  UserResolvers,
} from './generated/resolvers.js';
export type {
  DecodeHandler,
  EncodeHandler,
  GetUserSecretKey,
  HandlerRequest,
  HandlerSession,
  HandlerTokens,
  HandlerUser,
  PayloadGetUserIdHandler,
  PayloadHandler,
  ResponsePayloadHandler,
  TokenPayload,
} from './handlers.js';
export type { Identify, LoginResolver, MakeLoginResolver } from './resolvers/loginResolver.js';
export { silentLog, type Log } from './log.js';
export type { MaybePromise, Outcome, Refusal } from './outcome.js';
export type {
  AuthenticatedContext,
  Loader,
  Loaders,
  RequestContext as AuthContext,
  RequestCookies,
  RowsAdmitted,
  ViewerCan,
} from './request.js';
export type { Administration } from './services/administration.js';
export type { TokenVerdict } from './services/introspection.js';
export type { KeyInfo } from './services/keys.js';
export type { UserList } from './services/userList.js';
export type { Attempt, Attempting, Attempts } from './services/login/attempts.js';
export type { LoginUser } from './services/login/loginUser.js';
export type { NewPassword, SetPassword } from './services/login/setPassword.js';
export type { Services } from './services/services.js';
export type { IssuedSession } from './services/sessions.js';
export type { CreatedBy, NewAccount, Users } from './services/users.js';
export { openLimiter, openStore, type OpenStoreOptions } from './store/open.js';
export type { Allowance, Counter, CounterOptions, CounterStore } from './store/limiter.js';
export type { OpenEngine } from './store/contract/case.js';
export {
  advanced,
  decideRotation,
  hasEnded,
  refreshAudit,
  reuseAudit,
  type Advance,
  type ReuseCause,
  type Rotation,
  type RotationRow,
} from './store/rotation.js';
export {
  ADMIN_ROLE,
  StoreSchemaError,
  StoreUnavailableError,
  type AddKey,
  type AuditEvent,
  type AuditInput,
  type AuditQuery,
  type AuditRow,
  type ChangePassword,
  type ChangePasswordOutcome,
  type ChangeUser,
  type CreateUserOutcome,
  type GrantOutcome,
  type GrantsRow,
  type KeyRow,
  type KeysOutcome,
  type NewUser,
  type OpenSession,
  type OpenSessionOutcome,
  type Origin,
  type Prune,
  type RetireKey,
  type RetireKeyOutcome,
  type RevokeCause,
  type RoleRow,
  type RoleTable,
  type Rotate,
  type RotateOutcome,
  type SealKey,
  type SessionRow,
  type SessionState,
  type SessionsChange,
  type SetUserRoles,
  type Store,
  type StoreSchemaCode,
  type UpsertRole,
  type UserCursor,
  type UserRow,
  type UsersPage,
  type UsersQuery,
  type WhichSessions,
} from './store/store.js';
export { systemClock, type Clock } from './time.js';
export type { Credential, Viewer, ViewerContext } from './viewer.js';
