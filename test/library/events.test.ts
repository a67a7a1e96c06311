/** Subscriptions of servers that make one context for all events: Server-Sent Events of GraphQL Yoga, and others. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import { expect, jest, test } from '@jest/globals';
import { parse, subscribe, type ExecutionResult } from 'graphql';
import { testClock } from '../support/clock.js';
import { account, bearer, embedded, run } from './support.js';

const LOGOUT = 'mutation { logout { revokedSessions } }';

async function subscribed() {
  const clock = testClock();
  const auth = embedded({ clock });
  const resolved = jest.fn(() => 1);
  const schema = auth.guard(
    makeExecutableSchema({
      typeDefs: [
        auth.typeDefs,
        `type Row { n: Int @authenticated open: Int }
         type Subscription { rows: Row @authenticated rest: Row }`,
      ],
      resolvers: [
        auth.resolvers,
        {
          Row: { n: resolved, open: () => 2 },
          Subscription: Object.fromEntries(
            ['rows', 'rest'].map((name) => [
              name,
              {
                async *subscribe() {
                  for (;;) yield { [name]: {} };
                },
              },
            ]),
          ),
        },
      ],
    }),
  );
  const { data } = await run(auth, schema, `mutation { signup(${account}) { accessToken } }`);
  const token = data.signup.accessToken as string;
  const contextValue = { ...(await auth.context(bearer(token))) };
  const open = async (source: string) => {
    const events = await subscribe({ schema, document: parse(source), contextValue });
    return events as AsyncGenerator<ExecutionResult<any>>;
  };
  const next = async (events: AsyncGenerator<ExecutionResult<any>>) => {
    const { data: event, errors = [] } = (await events.next()).value as ExecutionResult<any>;
    return { event, reasons: errors.map(({ extensions }) => extensions['reason']) };
  };
  const logout = () => run(auth, schema, LOGOUT, bearer(token));
  return { clock, open, next, logout, resolved };
}

test.each([
  ['a guarded root field', 'subscription { rows { open } }', { rows: { open: 2 } }, { rows: null }],
  [
    'a guarded field below',
    'subscription { rest { n open } }',
    { rest: { n: 1, open: 2 } },
    { rest: { n: null, open: 2 } },
  ],
])('no event shows %s after the logout of its session', async (_, source, before, after) => {
  const { open, next, logout, resolved } = await subscribed();
  const events = await open(source);
  expect(await next(events)).toEqual({ event: before, reasons: [] });
  const runs = resolved.mock.calls.length;
  await logout();
  for (let time = 0; time < 3; time++) {
    expect(await next(events)).toEqual({ event: after, reasons: ['TOKEN_REVOKED'] });
  }
  expect(resolved).toHaveBeenCalledTimes(runs);
  await events.return(undefined);
});

test('nor after the end of its token', async () => {
  const { clock, open, next } = await subscribed();
  const events = await open('subscription { rows { open } }');
  expect((await next(events)).reasons).toEqual([]);
  clock.advance(3_600_000);
  expect(await next(events)).toEqual({ event: { rows: null }, reasons: ['TOKEN_EXPIRED'] });
  await events.return(undefined);
});
