/** Programs of somebody's own, compiled against the packed package: it is not there yet when these files are read. */

const uses = `
import { makeExecutableSchema } from '@graphql-tools/schema';
import { AuthError, createAuth, errorCatalogue, type Auth, type AuthContext } from 'graphql-gatehouse';
import { contextFor, signedToken } from 'graphql-gatehouse/testing';
import { cookieStorage, createAuthClient, type AuthProblem } from 'graphql-gatehouse/client';
import { authSocket } from 'graphql-gatehouse/client/graphql-ws';
import { useSession } from 'graphql-gatehouse/client/react';
import { authExchange } from 'graphql-gatehouse/client/urql';

const auth: Auth = createAuth({ database: ':memory:', jwt: { expirationDelta: '10m' }, mode: 'granular' });
interface Context extends AuthContext { db: string }
const schema = auth.guard(makeExecutableSchema<Context>({
  typeDefs: [auth.typeDefs, 'extend type Query { secret: String @authenticated }'],
  resolvers: [auth.resolvers, { Query: { secret: (_: unknown, _args: unknown, { viewer, db }: Context) => (viewer?.id ?? '') + db } }],
}));
const context: Context = { ...(await auth.context({ headers: {}, address: '192.0.2.1' })), db: 'mine' };
console.log(context.viewer, schema.getQueryType()?.getFields()['secret']?.name, contextFor({ id: '7' }).viewer?.id);
console.log(errorCatalogue.FORBIDDEN, auth.checkDocument('{ me { id } }') instanceof AuthError);
const client = createAuthClient<{ name: string }>({ url: '/graphql', storage: cookieStorage('a'), userFields: 'name' });
const result = await client.login({ email: 'a@example.com', password: 'x' });
const wait = (problem: AuthProblem): number => problem.code === 'RATE_LIMITED' ? (problem.retryAfter ?? 1) : 0;
console.log(result.ok ? result.session.user.name : wait(result.problem), useSession(client)?.user.name);
console.log(authSocket(client), authExchange(client), createAuthClient({ url: '/', storage: localStorage }));
// @ts-expect-error an option that there is not
createAuthClient({ url: '/graphql', stroage: localStorage });
// @ts-expect-error an option that there is not
createAuth({ databse: 'a.db' }).close();
// @ts-expect-error an option of ours alone
createAuth({ refuses: () => null });
// @ts-expect-error a text is not a list of names
contextFor({ id: '7', scopes: 'drafts:read' });
// @ts-expect-error a text is not a list of names
signedToken({ user: '7', key: 'k', roles: 'admin' });
`;

/** `undefined` is what an option is that was not given: `exactOptionalPropertyTypes` makes a difference of it. */
const leavesOut = `
import type { IncomingMessage } from 'node:http';
import { AuthError, createAuth, openLimiter, openStore, report, silentLog, systemClock } from 'graphql-gatehouse';
import { contextFor, signedToken } from 'graphql-gatehouse/testing';

declare const request: IncomingMessage;
const u = undefined;
const guards = { mode: u, onUnauthorized: u, policies: u, policyTimeout: u, errors: u, errorCode: u, dryRun: u };
const auth = createAuth({ ...guards, database: u, jwt: u, names: u, omit: u, users: u, log: u, clock: u, env: u });
await auth.context({ headers: request.headers, address: request.socket.remoteAddress });
contextFor({ id: '7', scopes: u, roles: u, sessionId: u });
signedToken({ user: '7', key: 'k', scopes: u, roles: u, algorithm: u, expiresIn: u, issuer: u, audience: u, clock: u });
new AuthError('FORBIDDEN', { reason: u, coordinate: u, directive: u, refreshable: u, retryAfter: u, field: u, http: u });
report(auth.guard(null as never), { mode: u });
await openStore(u, { clock: systemClock, log: silentLog, random: u, onStatement: u });
await openLimiter(':memory:', { clock: u, random: u });
`;

const exportsAll = `
import { createAuth, perObject, report, type AuthContext, type Refusal } from 'graphql-gatehouse';

const auth = createAuth({ database: ':memory:' });
const request = { headers: {}, address: '192.0.2.1' };
interface Post { authorId: string }
interface Context extends AuthContext { db: string }
export const policies = {
  owner: perObject<Post>((items, viewer) => items.map(({ object }) => object.authorId === (viewer?.id ?? null))),
  open: (_viewer: unknown, context: AuthContext) => context.viewer !== null,
};
export const answer = auth.respond;
export const enter = auth.loginResolver(async (_, { link }: { link: string }, { services, origin }: Context) => {
  const spent: Refusal = { ok: false, code: 'BAD_USER_INPUT', message: 'This link is spent.' };
  const user = await services.users.findByEmail(link);
  if (user === null) return spent;
  const changed = await services.setPassword({ userId: user.id, newPassword: link }, origin);
  if (!changed.ok) return changed;
  const who = { email: link, userId: user.id, address: origin.address };
  return services.attempts.during(who, async ({ forgive }) => {
    await forgive();
    return services.loginUser(user.id, origin);
  });
});
export const { loginResolver } = auth;
export const { users, attempts, loginUser, setPassword } = auth.services;
export const { AuthPayload, LogoutPayload, Mutation, PageInfo, Query, Role } = auth.resolvers;
export const { Session, SigningKey, TokenStatus, User, UserConnection, UserEdge } = auth.resolvers;
export const changed = {
  AuthPayload: { ...AuthPayload },
  LogoutPayload: { ...LogoutPayload },
  Mutation: { ...Mutation, signup: () => null },
  PageInfo: { ...PageInfo },
  Query: { ...Query, me: () => null },
  Role: { ...Role },
  Session: { ...Session },
  SigningKey: { ...SigningKey },
  TokenStatus: { ...TokenStatus },
  User: { ...User },
  UserConnection: { ...UserConnection },
  UserEdge: { ...UserEdge },
};
export const pluginList = auth.plugins([]);
export const { administration } = auth.services;
export const api = { typeDefs: auth.typeDefs, resolvers: auth.resolvers };
export const { plugin, plugins, services, ready, guard, context, formatError, maskError, checkDocument, graphqlWs, close } = auth;
export const contextOf = async () => ({ ...(await auth.context(request)), db: 'mine' });
export const { viewer, credential, loaders, origin, cookies, viewerCan, seenBy } = await contextOf();
export const { userById, rolesByUserId, roleTable, admitRows } = loaders;
export const login = (email: string, password: string) =>
  auth.services.login({ email, password }, { address: null, userAgent: null });
export const { entries } = report(auth.guard(null as never));
export const own = entries.map((entry) => entry.own);
`;

const exportsOfTests = `
import { contextFor, signedToken, testClock } from 'graphql-gatehouse/testing';

export const contextOf = (id: string) => ({ ...contextFor({ id }), db: 'mine' });
export const { viewer, credential } = contextFor({ id: '7', scopes: new Set(['a']) });
export const clock = testClock();
export const made = { contextFor, signedToken, testClock };
`;

/** Files of one project by name. */
export const consumer: Readonly<Record<string, string>> = {
  'uses.ts': uses,
  'leavesOut.ts': leavesOut,
  'exportsAll.ts': exportsAll,
};

/** On its own, so that nothing else of the package is in the program. */
export const consumerOfTests = { 'exportsOfTests.ts': exportsOfTests };
