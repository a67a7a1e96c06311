import { makeExecutableSchema } from '@graphql-tools/schema';
import { afterEach } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { connect } from 'node:net';
import { startServer } from '../../src/server/app.js';
import type { HttpRequest, RunningServer, ServerOptions } from '../../src/server/options.js';
import { defaultDocumentLimits } from '../../src/limits/limits.js';
import { silentLog } from '../../src/log.js';
import { AuthError } from '../../src/errors.js';
import { StoreUnavailableError } from '../../src/store/store.js';

export interface TestContext {
  request: HttpRequest;
  viewer: { id: string } | null;
}

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';

/** Holds the resolver of `slow` back until `release` is called. */
export function holdSlow(): { reached: Promise<void>; release: () => void } {
  const hold = { reached: Promise.resolve(), release: (): void => undefined };
  const released = new Promise<void>((resolve) => (hold.release = resolve));
  hold.reached = new Promise((resolve) => {
    answerSlowly = async () => {
      answerSlowly = () => 'done';
      resolve();
      await released;
      return 'done';
    };
  });
  return hold;
}

let answerSlowly = (): string | Promise<string> => 'done';

const typeDefs = `
  input LoginInput { email: String!, password: String! }
  input Nested { inner: Nested, list: [Nested!] }
  type User { id: ID!, email: String, name: String, roles: [String!], scopes: [String!], friends: [User!], friend(id: ID, ids: [ID!]): User }
  type Payload { accessToken: String, accessTokenExpiresIn: Int, refreshToken: String, user: User }
  type Query {
    me: User
    ping(text: String, n: Int): String
    address: String
    slow: String
    nested(input: Nested): Int
    crash(text: String): String
    denied: String
    storeDown: String
    nonNull: String!
  }
  type Mutation { login(input: LoginInput!): Payload, count: Int! }
`;

export const counter = { value: 0 };

const resolvers = {
  Query: {
    me: (_: unknown, __: unknown, context: TestContext) => context.viewer && ada,
    ping: (_: unknown, { text }: { text?: string }) => text ?? 'pong',
    address: (_: unknown, __: unknown, context: TestContext) => context.request.address,
    slow: () => answerSlowly(),
    nested: () => 1,
    crash: (_: unknown, { text }: { text?: string }) => {
      throw new Error(`disk on fire near ${text}`, { cause: new Error(`because of ${text}`) });
    },
    denied: () => {
      throw new AuthError('FORBIDDEN', { reason: 'POLICY_DENIED' });
    },
    storeDown: () => {
      throw new StoreUnavailableError('database is locked', { retryAfter: 7 });
    },
    nonNull: () => null,
  },
  Mutation: {
    count: () => ++counter.value,
    login: (_: unknown, { input }: { input: { email: string; password: string } }) => {
      if (input.password === 'crash-and-tell') throw new Error(`cannot hash ${input.password}`);
      if (input.password !== 'correct horse') throw new AuthError('INVALID_CREDENTIALS');
      return { accessToken: TOKEN, user: ada };
    },
  },
  User: { friends: () => [], friend: () => null },
};

const ada = { id: 'ada', email: 'ada@example.com', name: 'Ada' };

export const schema = makeExecutableSchema({ typeDefs, resolvers });

export function contextOf(request: HttpRequest): TestContext {
  const { authorization } = request.headers;
  if (authorization === 'Bearer refused')
    throw new AuthError('UNAUTHENTICATED', { reason: 'TOKEN_INVALID' });
  if (authorization === 'Bearer http') {
    throw new GraphQLError('No.', {
      extensions: {
        code: 'FORBIDDEN',
        http: { status: 403, headers: new Map([['x-why', 'because']]) },
      },
    });
  }
  if (authorization === 'Bearer down') throw new StoreUnavailableError('gone');
  if (authorization === 'Bearer crash') throw new Error('context exploded');
  if (request.headers['x-cookie'] !== undefined) {
    request.addCookie('a=1');
    request.addCookie('b=2');
  }
  return { request, viewer: authorization === `Bearer ${TOKEN}` ? { id: 'ada' } : null };
}

const running: RunningServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

/** A server on a free port of this machine, stopped when the test ends. */
export async function start(
  options: Partial<ServerOptions<TestContext>> = {},
): Promise<RunningServer> {
  const server = await startServer<TestContext>({
    schema,
    context: contextOf,
    port: 0,
    host: '127.0.0.1',
    path: '/graphql',
    corsOrigins: [],
    introspection: true,
    explorer: false,
    production: false,
    limits: { ...defaultDocumentLimits, maxBodySize: 1024 ** 2 },
    trustProxy: false,
    log: silentLog,
    readiness: () => undefined,
    ...options,
    times: { drain: 0, linger: 0, ...options.times },
  });
  running.push(server);
  return server;
}

export interface Answer {
  status: number;
  headers: Headers;

  body: any;
}

/** Posts one operation as JSON. */
export async function ask(
  url: string,
  query: string,
  variables: unknown = undefined,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return post(url, JSON.stringify({ query, variables }), headers);
}

export async function post(
  url: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Writes text to a socket and answers all that comes back until the server closes it. */
export function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.once('error', reject).once('close', () => resolve(answer));
  });
}
