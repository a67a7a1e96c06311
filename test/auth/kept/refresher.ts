import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, parse, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import { getHeapSpaceStatistics } from 'node:v8';
import { assembleAuth } from '../../../src/auth/assemble.js';
import { configFromCode } from '../../../src/config.js';
import { silentLog } from '../../../src/log.js';
import { openLimiter, openStore } from '../../../src/store/open.js';
import { systemClock } from '../../../src/time.js';
import { createPasswordHasher } from '../../../src/tokens/password.js';
import { collect } from '../../support/collect.js';

/** Refreshes again and again, and prints how many bytes of one are still there when the young generation was collected. */

const WARM = 4000;
const COUNT = 4000;

const opening = { clock: systemClock, log: silentLog };
const auth = await assembleAuth(
  configFromCode('kept', { code: { database: ':memory:' }, env: {}, readFile: () => '' }),
  {
    store: await openStore(':memory:', opening),
    counters: await openLimiter(':memory:', { clock: systemClock }),
    hasher: createPasswordHasher({ cost: { memoryCost: 64, timeCost: 1, parallelism: 1 } }),
    ...opening,
  },
);
const { typeDefs, resolvers } = auth;
const schema = auth.guard(makeExecutableSchema({ typeDefs, resolvers }));
const signup = parse(
  'mutation ($token: String) { signup(input: { email: "a@example.com", password: "correct horse battery" }) { refreshToken } }',
);
const refresh = parse(
  'mutation ($token: String) { refreshToken(input: { refreshToken: $token }) { accessToken refreshToken } }',
);

/** As a server does: in a context of its own, judged before it is executed. */
async function ask(document: typeof signup, token: string | null): Promise<string> {
  const context = await auth.context({
    authorization: [],
    origin: { address: '127.0.0.1', userAgent: null },
  });
  const operation = document.definitions[0] as OperationDefinitionNode;
  const variables = { token };
  await auth.judge({ schema, document, operation, variables, context });
  const answer = (await execute({
    ...{ schema, document },
    contextValue: context,
    variableValues: variables,
  })) as ExecutionResult<Record<string, { refreshToken: string }>>;
  const [payload] = Object.values(answer.data ?? {});
  if (!payload) throw new Error(JSON.stringify(answer));
  return payload.refreshToken;
}

const oldBytes = (): number =>
  getHeapSpaceStatistics()
    .filter(({ space_name }) => /^(old|map|large_object)_space$/.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);

let token = await ask(signup, null);
for (let n = 0; n < WARM; n++) token = await ask(refresh, token);
collect();
const before = oldBytes();
for (let n = 0; n < COUNT; n++) token = await ask(refresh, token);
console.log(Math.round((oldBytes() - before) / COUNT));
process.exit(0);
