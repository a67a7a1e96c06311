import { afterEach, describe, expect, test } from '@jest/globals';
import vm from 'node:vm';
import {
  cookieStorage,
  createAuthClient,
  memoryStorage,
  type AuthStorage,
} from '../../src/client/index.js';
import { spawnTs } from '../support/child.js';
import { payload } from './payload.js';
import { loggedIn, someone, world } from './world.js';

const url = 'https://api.example/graphql';
const globals = globalThis as Record<string, unknown>;
const own = ['document', 'localStorage', 'navigator', 'addEventListener'].map(
  (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
);
afterEach(() => {
  for (const [name, was] of own) {
    Reflect.deleteProperty(globalThis, name);
    if (was) Object.defineProperty(globalThis, name, was);
  }
});

const inPage = (parts: object) => {
  for (const [name, value] of Object.entries(parts)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
};

const AlienPromise = vm.runInNewContext('Promise') as PromiseConstructor;

describe('a storage', () => {
  test.each<[string, (value: unknown) => unknown]>([
    ['thenables', (value) => ({ then: (ok: (value: unknown) => void) => setImmediate(ok, value) })],
    ['promises of another realm', (value) => AlienPromise.resolve(value)],
  ])('may answer by %s', async (_, wrap) => {
    const w = await world();
    const storage = {
      getItem: (key: string) => wrap(w.storage.getItem(key)),
      setItem: (key: string, text: string) => wrap(w.storage.setItem(key, text)),
      removeItem: (key: string) => wrap(w.storage.removeItem(key)),
    } as unknown as AuthStorage;
    const account = someone();
    await w.tab({ storage }).signup(account);
    const reloaded = w.tab({ storage });
    await reloaded.ready;
    expect(reloaded.session).toMatchObject({ user: { email: account.email } });
  });
});

test('React Native, which has no ReadableStream, sends again what was refused for its age', async () => {
  const { w, tab } = await loggedIn();
  await w.makeStale(tab.session?.user.id as string);
  const { ReadableStream } = globalThis;
  Reflect.deleteProperty(globals, 'ReadableStream');
  try {
    expect(await tab.ask('{ me { id } }')).toMatchObject({ data: { me: {} } });
  } finally {
    globals['ReadableStream'] = ReadableStream;
  }
  expect(w.sent.slice(-3).map(({ field, code }) => `${field} ${code}`.trim())).toEqual([
    'me UNAUTHENTICATED TOKEN_STALE',
    'refreshToken',
    'me',
  ]);
});

test('React Native, which has no Promise.allSettled, renews what was refused', async () => {
  const { w, tab } = await loggedIn();
  const allSettled = Promise.allSettled.bind(Promise);
  Promise.allSettled = undefined as never;
  try {
    await w.makeStale(tab.session?.user.id as string);
    expect(await tab.ask('{ me { id } }')).toHaveProperty('data.me.id');
  } finally {
    Promise.allSettled = allSettled;
  }
});

test('Node ends no program that waits for a refresh to be tried again', async () => {
  const program = spawnTs(new URL('./waitingClient.ts', import.meta.url));
  expect(await program.exited).toEqual({ code: 0, signal: null });
  expect(program.stdout()).toBe('AuthClientError\ngoes on\n');
});

test('a page that hears of the storage all the time renews in time', async () => {
  const hear: ((sign: { type: string }) => void)[] = [];
  inPage({ addEventListener: (_: string, listener: (typeof hear)[0]) => void hear.push(listener) });
  const { w } = await loggedIn();
  await w.pass(260);
  expect(w.count('refreshToken')).toBe(0);
  for (let times = 0; times < 75; times++) {
    hear[0]?.({ type: 'storage' });
    await w.pass(0.2);
  }
  expect(w.count('refreshToken')).toBe(1);
});

describe('cookie mode', () => {
  const page = { cookie: '', baseURI: 'https://api.example/' };

  test('logs in where there are locks and no AbortSignal.timeout, as in Safari 15', async () => {
    const locks = { request: (_: string, __: unknown, act: () => unknown) => act() };
    inPage({ document: page, localStorage: memoryStorage(), navigator: { locks } });
    const timeout = Object.getOwnPropertyDescriptor(AbortSignal, 'timeout') as PropertyDescriptor;
    Reflect.deleteProperty(AbortSignal, 'timeout');
    const client = createAuthClient({
      url,
      storage: cookieStorage('gate'),
      fetch: async () => Response.json({ data: { result: payload({ tokens: false }) } }),
    });
    try {
      expect(await client.login({ email: 'ann@example.com', password: 'x' })).toMatchObject({
        ok: true,
      });
    } finally {
      Object.defineProperty(AbortSignal, 'timeout', timeout);
      await client.dispose();
    }
  });

  test('a login that hangs in another tab keeps a refresh waiting for less than its patience', async () => {
    const never = (_: string, { signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    inPage({
      document: page,
      localStorage: memoryStorage(),
      navigator: { locks: { request: never } },
    });
    const began = performance.now();
    await cookieStorage('gate').exclusively?.(() => Promise.resolve());
    expect(performance.now() - began).toBeLessThan(9000);
  });

  test.each(['{', '5', '"x"', '[]', 'null'])(
    'who has the cookies is not logged out because %j is kept',
    async (text) => {
      const now = Math.floor(Date.now() / 1000);
      page.cookie = `gate_info=${now + 300}.${now + 86_400}.${now}`;
      const localStorage = memoryStorage();
      void localStorage.setItem(`cookie gatehouse ${url}`, text);
      inPage({ document: page, localStorage });
      const client = createAuthClient({ url, storage: cookieStorage('gate') });
      // Whose they are is not known yet.
      expect(client.session).toBe(undefined);
      await client.dispose();
    },
  );

  test('nobody is logged in where it would never be known who that is', async () => {
    const now = Math.floor(Date.now() / 1000);
    // Without a refresh; and the browser has dropped what the page had stored.
    page.cookie = `gate_info=${now + 86_400}.0.${now}`;
    inPage({ document: page, localStorage: memoryStorage() });
    const client = createAuthClient({ url, storage: cookieStorage('gate') });
    await client.ready;
    expect(client.session).toBe(null);
    await client.dispose();
  });
});
