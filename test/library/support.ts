import { afterEach } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql, type ExecutionResult, type GraphQLSchema } from 'graphql';
import {
  createAuth,
  type Auth,
  type AuthOptions,
  type AuthRequest,
  silentLog,
} from '../../src/index.js';

const leftovers: Auth[] = [];
afterEach(async () => {
  await Promise.all(leftovers.splice(0).map((auth) => auth.close()));
});

/** `createAuth` on a store in memory, closed after the test. */
export function embedded(options: AuthOptions = {}): Auth {
  const database = options.store === undefined ? { database: ':memory:' } : {};
  const auth = createAuth({ log: silentLog, ...database, ...options });
  leftovers.push(auth);
  return auth;
}

export interface OwnApi {
  schema: GraphQLSchema;
  /** How often the guarded resolver ran. */
  ran: number;
}

/** An API of somebody else's, guarded by our directives. */
export function ownApi(auth: Auth): OwnApi {
  const api: OwnApi = {
    ran: 0,
    schema: auth.guard(
      makeExecutableSchema({
        typeDefs: [
          auth.typeDefs,
          `extend type Query { secret: String @authenticated, open: String }
           extend type Mutation { bump: Int @authenticated }`,
        ],
        resolvers: [
          auth.resolvers,
          {
            Query: {
              open: (_: unknown, _args: unknown, context: { db?: string }) => context.db ?? 'open',
              secret: (_: unknown, _args: unknown, { viewer }: { viewer: { id: string } }) => {
                api.ran += 1;
                return `for ${viewer.id}`;
              },
            },
            Mutation: { bump: () => (api.ran += 1) },
          },
        ],
      }),
    ),
  };
  return api;
}

export const bearer = (token: string, address = '192.0.2.1'): AuthRequest => ({
  headers: { authorization: `Bearer ${token}` },
  address,
});

export const nobody: AuthRequest = { headers: {}, address: '192.0.2.1' };

export const account = 'input: { email: "ann@example.com", password: "a long sentence is fine" }';

/** Runs an operation with the context of a request and `more` of one's own. */
export async function run(
  auth: Auth,
  schema: GraphQLSchema,
  source: string,
  request: AuthRequest = nobody,
  more: object = {},
): Promise<ExecutionResult<any>> {
  const context = await auth.context(request, { addCookie: () => undefined });
  return graphql({ schema, source, contextValue: { ...context, ...more } });
}

/** Opens an account; answers its access token. */
export async function signup(auth: Auth, schema: GraphQLSchema): Promise<string> {
  const { data, errors } = await run(
    auth,
    schema,
    `mutation { signup(${account}) { accessToken } }`,
  );
  if (errors) throw errors[0] as Error;
  return data.signup.accessToken;
}
