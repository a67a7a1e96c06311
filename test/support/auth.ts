import { afterEach } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { getOperationAST, graphql, parse, type ExecutionResult } from 'graphql';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleAuth, type Auth } from '../../src/auth/assemble.js';
import { configFromCode, type SettingsInput } from '../../src/config.js';
import { silentLog, type Log } from '../../src/log.js';
import type { CounterStore } from '../../src/store/limiter.js';
import { openLimiter, openStore } from '../../src/store/open.js';
import type { Store } from '../../src/store/store.js';
import { createPasswordHasher, type PasswordHasher } from '../../src/tokens/password.js';
import { systemClock } from '../../src/time.js';
import { testClock, type TestClock } from './clock.js';
import { compareCompiled } from './shadow.js';

export interface TestAuth {
  auth: Auth;
  store: Store;
  counters: CounterStore;
  clock: TestClock;
  /** Statements that the engine ran since the last `length = 0`. */
  statements: string[];
  /** Runs an operation as a server would, judged before it is executed. */
  run(source: string, options?: RunOptions): Promise<ExecutionResult<any>>;
  /** Opens an account; the answer's tokens are those of its first session. */
  signup(email?: string): Promise<any>;
  /** Opens an account with roles, as the command line does, and logs it in. */
  person(email: string, roles?: string[]): Promise<any>;
}

export interface RunOptions {
  token?: string | null;
  /** The Authorization headers, in place of `token`. */
  authorization?: string[];
  variables?: Record<string, unknown>;
  address?: string;
  userAgent?: string;
}

export const PASSWORD = 'correct horse battery';

const leftovers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const tidy of leftovers.splice(0).reverse()) await tidy();
});

/** Costs next to nothing, so that a test may log in a thousand times. */
const cheapHasher = (): PasswordHasher =>
  createPasswordHasher({ cost: { memoryCost: 64, timeCost: 1, parallelism: 1 } });

export interface TestParts {
  hasher?: PasswordHasher;
  /** On the store, the counters and the clock of this one, as after a restart with other settings. */
  before?: TestAuth;
  /** Definitions beside those of the API. */
  typeDefs?: string;
  /** Default: nothing is heard. */
  log?: Log;
}

/** The whole system on a real SQLite file, with a clock that stands still and a cheap password hash. */
export async function testAuth(
  settings: SettingsInput = {},
  { hasher = cheapHasher(), before, typeDefs = '', log = silentLog }: TestParts = {},
): Promise<TestAuth> {
  const { store, counters, clock, statements } = before ?? (await openParts());
  const config = configFromCode('testAuth', { code: settings, env: {}, readFile: () => '' });
  const auth = await assembleAuth(config, { store, counters, clock, log, hasher });
  leftovers.push(() => auth.close());
  const run = runner(auth, typeDefs);
  return { auth, store, counters, clock, statements, run, ...people(auth, run) };
}

/** A node of its own on a database that others may share, by the clock of this machine. */
export type TestNode = Omit<TestAuth, 'clock' | 'statements'>;

export async function testNode(url: string, settings: SettingsInput = {}): Promise<TestNode> {
  const store = await openStore(url, { clock: systemClock, log: silentLog });
  const counters = await openLimiter(url);
  leftovers.push(async () => {
    await counters.close();
    await store.close();
  });
  const config = configFromCode('testNode', { code: settings, env: {}, readFile: () => '' });
  const hasher = cheapHasher();
  const auth = await assembleAuth(config, { store, counters, log: silentLog, hasher });
  leftovers.push(() => auth.close());
  const run = runner(auth, '');
  return { auth, store, counters, run, ...people(auth, run) };
}

async function openParts() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  const file = join(folder, 'gatehouse.db');
  const clock = testClock();
  const statements: string[] = [];
  const onStatement = (sql: string) => void statements.push(sql);
  const store = await openStore(file, { clock, log: silentLog, onStatement });
  const counters = await openLimiter(file, { clock });
  leftovers.push(async () => {
    await counters.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return { store, counters, clock, statements };
}

function runner(auth: Auth, more: string): TestAuth['run'] {
  const typeDefs = [auth.typeDefs, more];
  const schema = auth.guard(makeExecutableSchema({ typeDefs, resolvers: auth.resolvers }));
  return async (
    source,
    { token = null, authorization, variables = {}, address = '192.0.2.1', userAgent } = {},
  ) => {
    const context = await auth.context({
      authorization: authorization ?? (token === null ? [] : [`Bearer ${token}`]),
      origin: { address, userAgent: userAgent ?? 'test' },
    });
    const document = parse(source);
    const operation = getOperationAST(document);
    if (!operation) throw new Error('no operation');
    const pending = { schema, document, operation, variables, context };
    const refused = await auth.judge(pending);
    if (refused !== null) return { data: null, errors: refused };
    const result = await graphql({
      schema,
      source,
      contextValue: context,
      variableValues: variables,
    });
    await compareCompiled(auth, pending, result);
    return result;
  };
}

function people(auth: Auth, run: TestAuth['run']): Pick<TestAuth, 'signup' | 'person'> {
  const payload = `accessToken accessTokenExpiresIn refreshToken refreshTokenExpiresIn tokenType
    session { id current } user { id email roles scopes }`;
  const log = async (field: string, email: string) => {
    const source = `mutation($email: String!, $password: String!) {
      ${field}(input: { email: $email, password: $password }) { ${payload} } }`;
    const { data, errors } = await run(source, { variables: { email, password: PASSWORD } });
    if (errors) throw errors[0] as Error;
    return data[field];
  };
  return {
    signup: (email = 'ann@example.com') => log('signup', email),
    person: async (email, roles = []) => {
      const created = await auth.services.users.create(
        { email, password: PASSWORD, roles },
        { event: 'user_created' },
      );
      if (!created.ok) throw new Error(created.code);
      return log('login', email);
    },
  };
}

/** `code` and `reason` of the first error. */
export const codeOf = (result: ExecutionResult): string =>
  [result.errors?.[0]?.extensions['code'], result.errors?.[0]?.extensions['reason']]
    .filter(Boolean)
    .join(' ');
