import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createAuth,
  openStore,
  silentLog,
  systemClock,
  type AuthOptions,
  type Store,
} from '../../src/index.js';
import { useFolder } from '../support/folder.js';
import { runTs } from '../support/child.js';
import { testClock } from '../support/clock.js';
import { inProduction } from '../support/production.js';
import { account, bearer, embedded, nobody, ownApi, run, signup } from './support.js';

const inFolder = useFolder();

describe('createAuth', () => {
  test('answers at once with a frozen object of named parts', async () => {
    const auth = embedded();
    expect(Object.isFrozen(auth)).toBe(true);
    expect(Object.keys(auth).sort()).toEqual([
      'checkDocument',
      'close',
      'context',
      'formatError',
      'graphqlWs',
      'guard',
      'loginResolver',
      'maskError',
      'plugin',
      'plugins',
      'ready',
      'resolvers',
      'respond',
      'services',
      'typeDefs',
    ]);
    await auth.ready;
  });

  test('logs in and opens a guarded field of another schema; without a token its resolver does not run', async () => {
    const auth = embedded();
    const api = ownApi(auth);
    const denied = await run(auth, api.schema, '{ secret open }');
    expect(denied.data).toEqual({ secret: null, open: 'open' });
    expect(denied.errors?.[0]?.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: 'TOKEN_MISSING',
      coordinate: 'Query.secret',
    });
    expect(api.ran).toBe(0);
    const token = await signup(auth, api.schema);
    const { data } = await run(auth, api.schema, '{ secret me { id } }', bearer(token));
    expect(data.secret).toBe(`for ${data.me.id}`);
    expect(api.ran).toBe(1);
  });

  test('several credential fields are refused whole by any server that executes with graphql-js, and counted', async () => {
    const auth = embedded();
    const api = ownApi(auth);
    const { schema } = api;
    const token = await signup(auth, schema);
    const several = (count: number) =>
      `mutation { bump ${Array.from({ length: count }, (_, index) => `a${index}: login(${account}) { tokenType }`).join(' ')} }`;
    const { data, errors = [] } = await run(auth, schema, several(2), bearer(token));
    expect(Object.values(data)).toEqual([null, null, null]);
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(
      Array.from({ length: 3 }, () => 'BAD_USER_INPUT'),
    );
    expect(api.ran).toBe(0);
    const { data: before } = await run(auth, schema, '{ sessions { id } }', bearer(token));
    expect(before.sessions).toHaveLength(1);
    for (let round = 0; round < 4; round++) await run(auth, schema, several(25), bearer(token));
    const one = `mutation { login(${account}) { tokenType } }`;
    expect((await run(auth, schema, one)).errors?.[0]?.extensions['code']).toBe('RATE_LIMITED');
  });

  test('one of several that a condition takes out is one', async () => {
    const auth = embedded();
    const { schema } = ownApi(auth);
    await signup(auth, schema);
    const source = `mutation { a: login(${account}) @skip(if: true) { tokenType } b: login(${account}) { tokenType } }`;
    expect((await run(auth, schema, source)).data).toEqual({ b: { tokenType: 'Bearer' } });
  });

  test('a context that was spread into another keeps all it can do, below a login too', async () => {
    const auth = embedded();
    const { schema } = ownApi(auth);
    const source =
      'mutation { signup(input: { email: "bob@example.com", password: "a long sentence is fine" }) { user { email sessions { current } } session { current } } }';
    const { data, errors } = await run(auth, schema, source, nobody, { db: 'mine' });
    expect(errors).toBeUndefined();
    expect(data.signup).toEqual({
      user: { email: 'bob@example.com', sessions: [{ current: true }] },
      session: { current: true },
    });
    const open = await run(auth, schema, '{ open }', nobody, { db: 'mine' });
    expect(open.data).toEqual({ open: 'mine' });
  });

  test('the context waits for the store the first time and answers at once afterwards', async () => {
    const auth = embedded();
    expect(auth.context(nobody)).toBeInstanceOf(Promise);
    await auth.ready;
    expect(auth.context(nobody)).toMatchObject({ viewer: null, credential: { kind: 'none' } });
  });

  test('services are there once the store is open, and say so before', async () => {
    const auth = embedded();
    expect(() => auth.services).toThrow('Write: await auth.ready.');
    await auth.ready;
    expect(auth.services.store.countUsers(null)).toBe(0);
  });

  test('reads no environment variable, unless it is given', async () => {
    process.env['JWT_SECRET'] = 'of another library';
    process.env['JWT_LEEWAY'] = 'no duration';
    try {
      await embedded().ready;
      expect(() => createAuth({ env: process.env })).toThrow('JWT_LEEWAY must be');
    } finally {
      delete process.env['JWT_SECRET'];
      delete process.env['JWT_LEEWAY'];
    }
  });

  test('an environment that is given beats the code', async () => {
    const auth = embedded({ signup: 'open', env: { GATEHOUSE_SIGNUP: 'closed' } });
    const { schema } = ownApi(auth);
    await expect(signup(auth, schema)).rejects.toThrow('Sign-up is closed.');
  });

  test('can be closed before it is open, and again', async () => {
    const auth = embedded();
    await auth.close();
    await auth.close();
    expect(() => auth.services.store.countUsers(null)).toThrow();
  });

  test('takes a clock', async () => {
    const clock = testClock();
    const auth = embedded({ clock, jwt: { expirationDelta: '5m' } });
    const { schema } = ownApi(auth);
    const token = await signup(auth, schema);
    clock.advance(301);
    expect(await auth.context(bearer(token))).toMatchObject({
      credential: { kind: 'rejected', reason: 'TOKEN_EXPIRED' },
    });
  });
});

describe('mistakes', () => {
  const call = (options: unknown) => () => createAuth(options as AuthOptions);

  test('are listed together in one TypeError', () => {
    const wrong = call({
      databse: 'a.db',
      jwt: { leeway: 'soon' },
      mode: 'protect',
      store: {},
      log: console.log,
    });
    expect(wrong).toThrow(TypeError);
    expect(wrong).toThrow(
      /^createAuth: \n- The option databse does not exist. Did you mean database\?/,
    );
    expect(wrong).toThrow(/\n- jwt\.leeway must be/);
    expect(wrong).toThrow(/\n- store must be what openStore answers\./);
    expect(wrong).toThrow(/\n- log must be a logger/);
    expect(wrong).toThrow(/\n- mode is "granular" or "protect-all", got "protect"/);
  });

  test('those about guards and names stand beside all others', () => {
    expect(
      call({
        clock: {},
        mode: 'protect',
        errors: 'none',
        policyTimeout: 'never',
        policies: { mine: 1 },
        names: { Usr: 'Account' },
        omit: ['Query.usrs'],
      }),
    ).toThrow(
      new RegExp(
        [
          '^createAuth: ',
          'clock must be',
          'omit: this API has no field Query\\.usrs',
          'names: .*Usr',
          'mode is ',
          'the policy "mine" is a function',
          'policyTimeout is ',
          'errors is ',
        ].join('[^\\n]*\n?(- )?'),
      ),
    );
  });

  test.each([
    [
      null,
      'policies are an object of functions by name, such as { owner: perObject(…) }, got null',
    ],
    [
      [() => true],
      'policies are an object of functions by name, such as { owner: perObject(…) }, got a list',
    ],
    [{ ownsAccount: () => true }, `the policy "ownsAccount" is one of this API's own`],
  ])('policies: %j', (policies, sentence) => {
    expect(call({ policies })).toThrow(`createAuth: ${sentence}`);
  });

  test('what only tests may do is refused where the process is production, though no env was passed', () =>
    inProduction(() => {
      expect(call({ jwt: { verify: false } })).toThrow(
        /^createAuth: jwt\.verify is false, and this is production \(NODE_ENV\)/,
      );
      expect(call({ jwt: { verifyExpiration: false }, env: {} })).toThrow(
        /^createAuth: jwt\.verifyExpiration is false/,
      );
    }));

  test('the defaults of production hold where the process is in production, though no env was passed', async () => {
    const said = `Cannot query field "mee" on type "Query". Did you mean "me"?`;
    const answered = async (options: AuthOptions) => {
      const auth = createAuth({ database: ':memory:', log: silentLog, ...options });
      await auth.close();
      return auth.formatError({ message: said }, new GraphQLError(said)).message;
    };
    expect(await answered({})).toBe(said);
    await inProduction(async () => {
      for (const options of [{}, { env: {} }]) {
        expect(await answered(options)).toBe('Cannot query field "mee" on type "Query".');
      }
    });
  });

  test.each([
    [{ mode: 'protect' }, 'createAuth: mode is "granular" or "protect-all", got "protect"'],
    [{ onUnauthorized: 'drop' }, 'onUnauthorized is "filter" or "reject", got "drop"'],
    [{ clock: { now: 1 } }, 'clock must be a clock: { now: () => Date.now() }.'],
    [
      { clock: { now: () => 1.5 } },
      'must answer whole milliseconds since 1970, as Date.now() does; it answers 1.5.',
    ],
    [{ clock: { now: () => new Date() } }, 'it answers object. Write { now: () => Date.now() }.'],
    [{ counters: null }, 'counters must be what openLimiter answers.'],
    [{ env: 'process.env' }, 'env must be an object: process.env.'],
    [{ names: ['User'] }, "names must be an object: { User: 'Account' }."],
    [{ omit: 'Query.users' }, "omit must be a list of fields: ['Query.users']."],
    [7, 'The options must be an object.'],
  ])('%j', (options, sentence) => {
    expect(call(options)).toThrow(sentence);
    expect(call(options)).toThrow(TypeError);
  });
});

describe('a store that cannot be opened', () => {
  test('rejects ready and every context with the same error', async () => {
    writeFileSync(
      inFolder('damaged.db'),
      'this is no database, whatever its name says '.repeat(100),
    );
    const auth = createAuth({ database: inFolder('damaged.db'), log: silentLog });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const error: unknown = await auth.ready.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    await expect(auth.context(nobody)).rejects.toBe(error);
    await auth.close();
  });
});

describe('a failed start that nobody waits for', () => {
  test('ends no process, and is told to whom asks for a context', async () => {
    writeFileSync(
      inFolder('broken.db'),
      'this is no database, whatever its name says '.repeat(100),
    );
    const program = new URL('fixtures/failedStart.ts', import.meta.url);
    const { stdout } = await runTs(program, [inFolder('broken.db')]);
    expect(stdout).toBe('alive\nStoreUnavailableError\n');
  });
});

describe('a store of one’s own', () => {
  test('is used instead of a file, and stays open', async () => {
    const store: Store = await openStore(inFolder('own.db'), {
      clock: systemClock,
      log: silentLog,
    });
    const auth = embedded({ store });
    await signup(auth, ownApi(auth).schema);
    await auth.close();
    expect(await store.countUsers(null)).toBe(1);
    await store.close();
  });

  test('together with a database is a mistake', async () => {
    const store = await openStore(':memory:', { clock: systemClock, log: silentLog });
    expect(() => createAuth({ store, database: join('a', 'b.db') })).toThrow('Set one of them.');
    await store.close();
  });
});
