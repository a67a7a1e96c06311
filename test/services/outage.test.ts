import { describe, expect, jest, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import { silentLog } from '../../src/log.js';
import type { CounterStore } from '../../src/store/limiter.js';
import { StoreUnavailableError, type Store } from '../../src/store/store.js';
import { codeOf, PASSWORD, testAuth, type TestAuth } from '../support/auth.js';

const gone = () =>
  new StoreUnavailableError('The disk of the database is full.', { retryAfter: 7 });

/** The answer as it leaves a server that masks errors. */
const masked = (it: TestAuth, { errors = [] }: ExecutionResult) =>
  errors.map((error) => it.auth.formatError(error.toJSON(), error));

const UNAVAILABLE = {
  message: 'The service cannot answer right now. Try again shortly.',
  extensions: { code: 'SERVICE_UNAVAILABLE', retryAfter: 7 },
};

const writes = [
  'createUser',
  'openSession',
  'rotate',
  'revokeSessions',
  'changePassword',
  'setUserRoles',
  'disableUser',
  'enableUser',
  'upsertRole',
  'recordEvent',
] satisfies (keyof Store)[];

/** Until `heal` every write fails, as on a full disk. */
function fullDisk({ store }: TestAuth) {
  const whole = { ...store };
  for (const verb of writes) Object.assign(store, { [verb]: () => Promise.reject(gone()) });
  return { heal: () => void Object.assign(store, whole) };
}

const input = (email: string, password = PASSWORD) =>
  `input: { email: "${email}", password: "${password}" }`;
const mutations: [string, (it: any) => string][] = [
  ['signup', () => `signup(${input('new@example.com')}) { tokenType }`],
  ['login', () => `login(${input('ann@example.com')}) { tokenType }`],
  ['login', () => `login(${input('ann@example.com', 'wrong')}) { tokenType }`],
  ['login', () => `login(${input('nobody@example.com', 'wrong')}) { tokenType }`],
  [
    'refreshToken',
    ({ ann }) => `refreshToken(input: { refreshToken: "${ann.refreshToken}" }) { tokenType }`,
  ],
  ['logout', () => 'logout { revokedSessions }'],
  ['logout', () => 'logout(input: { allSessions: true }) { revokedSessions }'],
  ['revokeSession', ({ ann }) => `revokeSession(id: "${ann.session.id}") { id }`],
  ['revokeOtherSessions', () => 'revokeOtherSessions'],
  [
    'changePassword',
    () =>
      `changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "another good one" }) { tokenType }`,
  ],
  ['setUserRoles', ({ ann }) => `setUserRoles(userId: "${ann.user.id}", roles: ["admin"]) { id }`],
  ['disableUser', ({ ann }) => `disableUser(userId: "${ann.user.id}") { id }`],
  ['enableUser', ({ ann }) => `enableUser(userId: "${ann.user.id}") { id }`],
  ['revokeUserSessions', ({ ann }) => `revokeUserSessions(userId: "${ann.user.id}")`],
  ['upsertRole', () => 'upsertRole(input: { name: "reader", scopes: [] }) { name }'],
];

async function house() {
  const it = await testAuth();
  const admin = await it.person('admin@example.com', ['admin']);
  const ann = await it.person('ann@example.com');
  return { it, admin, ann };
}

describe('while the store cannot be written', () => {
  test.each(mutations)(
    '%s is SERVICE_UNAVAILABLE, and works when it can be again',
    async (field, source) => {
      const all = await house();
      const { it, admin } = all;
      const run = () => it.run(`mutation { ${source(all)} }`, { token: admin.accessToken });
      const { heal } = fullDisk(it);
      const refused = await run();
      expect(refused.data).toEqual({ [field]: null });
      expect(masked(it, refused)).toMatchObject([{ ...UNAVAILABLE, path: [field] }]);
      heal();
      expect(codeOf(await run())).toMatch(/^(INVALID_CREDENTIALS|NOT_FOUND|)$/);
    },
  );

  test('what only reads goes on', async () => {
    const { it, ann } = await house();
    fullDisk(it);
    const { errors } = await it.run('{ me { email } sessions { id } }', { token: ann.accessToken });
    expect(errors).toBeUndefined();
  });
});

test('while nobody can be asked whose a token is, the log has the reason under the id of the request', async () => {
  const warn = jest.fn();
  const it = await testAuth({}, { log: { ...silentLog, warn } });
  const { accessToken } = await it.person('ann@example.com');
  const reason = gone();
  it.store.sessionState = () => {
    throw reason;
  };
  for (const field of ['me', 'sessions']) {
    warn.mockClear();
    const refused = await it.run(`{ ${field} { id } }`, { token: accessToken });
    expect(masked(it, refused)).toMatchObject([UNAVAILABLE]);
    expect(JSON.stringify([refused, masked(it, refused)])).not.toContain(reason.message);
    const err = expect.objectContaining({ message: reason.message });
    const requestId = expect.any(String);
    expect(warn).toHaveBeenCalledWith({ requestId, err }, 'The store could not answer.');
  }
});

describe('while attempts cannot be counted', () => {
  const credentials: [string, string][] = [
    ['login', `login(${input('ann@example.com')}) { tokenType }`],
    ['login', `login(${input('nobody@example.com')}) { tokenType }`],
    ['signup', `signup(${input('new@example.com')}) { tokenType }`],
    ['changePassword', mutations.find(([field]) => field === 'changePassword')![1]({})],
  ];

  test.each(credentials)('%s lets nobody in and does not crash', async (field, source) => {
    const { it, ann } = await house();
    await it.counters.close();
    const refused = await it.run(`mutation { ${source} }`, { token: ann.accessToken });
    expect(refused.data).toEqual({ [field]: null });
    expect(masked(it, refused)).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
    expect(await it.store.countUsers(null)).toBe(2);
    expect(await it.store.auditEvents({ event: 'login_failed', limit: 1 })).toEqual([]);
    const read = await it.run('{ session { id } }', { token: ann.accessToken });
    expect(read.errors).toBeUndefined();
  });

  test('a document with two of them is not run either', async () => {
    const { it } = await house();
    await it.counters.close();
    const [, login] = credentials[0] as [string, string];
    await expect(it.run(`mutation { a: ${login} b: ${login} }`)).rejects.toThrow(
      StoreUnavailableError,
    );
    expect(await it.store.auditEvents({ event: 'login', limit: 10 })).toHaveLength(2);
  });
});

describe('an outage while somebody logs in is nobody’s wrong password', () => {
  const logIn = (it: TestAuth, email: string) =>
    it.run(`mutation { login(${input(email)}) { tokenType } }`);

  /** `fails` says which step of which counter does not work now. */
  async function withCounters(fails: (verb: 'consume' | 'giveBack', name: string) => boolean) {
    const before = await testAuth();
    const counters: CounterStore = {
      ...before.counters,
      counter(options) {
        const counter = before.counters.counter(options);
        const step =
          <T>(verb: 'consume' | 'giveBack', whole: (key: string, points?: number) => Promise<T>) =>
          (key: string, points?: number) =>
            fails(verb, options.name) ? Promise.reject(gone()) : whole(key, points);
        return {
          ...counter,
          consume: step('consume', (key, points) => counter.consume(key, points)),
          giveBack: step('giveBack', (key, points) => counter.giveBack(key, points)),
        };
      },
    };
    const it = await testAuth({}, { before: { ...before, counters } });
    await it.person('ann@example.com');
    return it;
  }

  test('a right password that could not be given back is given back later', async () => {
    let isDown = false;
    const it = await withCounters((verb) => isDown && verb === 'giveBack');
    isDown = true;
    for (let index = 0; index < 10; index++) {
      expect(masked(it, await logIn(it, 'ann@example.com'))).toMatchObject([UNAVAILABLE]);
    }
    isDown = false;
    expect((await logIn(it, 'ann@example.com')).errors).toBeUndefined();
  });

  test('an attempt that could not be counted whole is not counted', async () => {
    let isDown = false;
    const it = await withCounters((_, name) => isDown && name === 'login_account_address');
    await it.person('bob@example.com');
    isDown = true;
    for (let index = 0; index < 100; index++) await logIn(it, 'ann@example.com');
    isDown = false;
    expect((await logIn(it, 'bob@example.com')).errors).toBeUndefined();
  });

  test('wrong ones stay counted', async () => {
    let isDown = false;
    const it = await withCounters((verb) => isDown && verb === 'giveBack');
    isDown = true;
    await logIn(it, 'ann@example.com');
    isDown = false;
    const wrong = () =>
      it.run(`mutation { login(${input('ann@example.com', 'wrong')}) { tokenType } }`);
    for (let index = 0; index < 10; index++)
      expect(codeOf(await wrong())).toBe('INVALID_CREDENTIALS');
    expect(codeOf(await logIn(it, 'ann@example.com'))).toBe('RATE_LIMITED');
  });
});
