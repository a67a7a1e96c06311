import { GraphQLScalarType, type GraphQLFieldResolver } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars';
import type { MutationResolvers, Resolvers } from '../generated/resolvers.js';
import type { RequestContext } from '../request.js';
import { assertViewer } from './assertViewer.js';
import { assertIsAtRoot } from './atRoot.js';
import { authPayload } from './authPayload.js';
import { assertCookiesCanBeSet } from './cookies.js';
import { credentialFields } from './credentialFields.js';
import { changePassword } from './mutation/changePassword.js';
import { disableUser } from './mutation/disableUser.js';
import { enableUser } from './mutation/enableUser.js';
import { login } from './mutation/login.js';
import { logout } from './mutation/logout.js';
import { refreshToken } from './mutation/refreshToken.js';
import { revokeOtherSessions } from './mutation/revokeOtherSessions.js';
import { revokeSession } from './mutation/revokeSession.js';
import { revokeUserSessions } from './mutation/revokeUserSessions.js';
import { rotateSigningKey } from './mutation/rotateSigningKey.js';
import { setUserRoles } from './mutation/setUserRoles.js';
import { signup } from './mutation/signup.js';
import { upsertRole } from './mutation/upsertRole.js';
import { query } from './query.js';
import { session } from './session.js';
import { signingKey } from './signingKey.js';
import { tokenStatus } from './tokenStatus.js';
import { role, user, userConnection, userEdge } from './user.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** Each mutation of the schema, so that one without a resolver does not compile. */
const mutation: { [Field in keyof MutationResolvers]-?: NonNullable<MutationResolvers[Field]> } = {
  signup,
  login,
  refreshToken,
  logout,
  revokeSession,
  revokeOtherSessions,
  changePassword,
  setUserRoles,
  disableUser,
  enableUser,
  revokeUserSessions,
  upsertRole,
  rotateSigningKey,
};

const openToNobody: ReadonlySet<string> = new Set(['signup', 'login', 'refreshToken', 'logout']);
const answersTokens: ReadonlySet<string> = new Set(credentialFields);

/** An operation's mutations run one after another; none shows what was read before an earlier one wrote. */
const readingAfresh = Object.fromEntries(
  (Object.entries(mutation) as [string, Resolver][]).map(([field, resolve]) => [
    field,
    ((source, args, context, info) => {
      context.loaders.forget();
      if (!openToNobody.has(field)) assertViewer(context, info);
      if (answersTokens.has(field)) {
        assertIsAtRoot(info);
        assertCookiesCanBeSet(context);
      }
      return resolve(source, args, context, info);
    }) satisfies Resolver,
  ]),
) as typeof mutation;

/** A scalar as the schema calls and describes it: putting types and resolvers together takes the resolver's words. */
const scalar = (from: GraphQLScalarType, name: string, description: string): GraphQLScalarType =>
  new GraphQLScalarType({ ...from.toConfig(), name, description, specifiedByURL: null });

const dateTime = scalar(
  GraphQLDateTimeISO,
  'DateTime',
  'A moment in ISO 8601, in UTC: `2026-01-31T12:00:00.000Z`.',
);

export const resolvers: Resolvers = {
  Query: query,
  Mutation: readingAfresh,
  AuthPayload: authPayload,
  User: user,
  Session: session,
  Role: role,
  UserConnection: userConnection,
  UserEdge: userEdge,
  SigningKey: signingKey,
  TokenStatus: tokenStatus,
  DateTime: dateTime,
  JSON: scalar(GraphQLJSON, 'JSON', 'Any JSON value.'),
};
