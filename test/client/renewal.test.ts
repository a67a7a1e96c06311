import { describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { createAuthClient, memoryStorage } from '../../src/client/index.js';
import { hidden } from './hidden.js';
import { answer, loggedIn, passwords, someone, world } from './world.js';

const DAY = 86_400;

describe('a client', () => {
  test('logs in, says who it is and until when, and gives requests their token', async () => {
    const { w, tab, email } = await loggedIn();
    expect(tab.session).toEqual({
      id: expect.any(String),
      user: { id: expect.any(String), email, roles: [], scopes: [] },
      accessExpiresAt: w.clock.now() + 300_000,
      refreshExpiresAt: w.clock.now() + 7 * DAY * 1000,
    });
    expect(await tab.ask('{ me { email } }')).toEqual({ data: { me: { email } } });
    expect(tab.events).toEqual([{ type: 'in', reason: null }]);
  });

  test('answers what is wrong with a login as a value', async () => {
    const { tab, email } = await loggedIn();
    expect(await tab.login({ email, password: 'not this one' })).toEqual({
      ok: false,
      problem: expect.objectContaining({ code: 'INVALID_CREDENTIALS' }),
    });
    expect(await tab.signup({ email, password: 'a long sentence is fine' })).toMatchObject({
      problem: { code: 'EMAIL_TAKEN', field: 'input.email' },
    });
    expect(tab.session).toMatchObject({ user: { email } });
  });

  test('goes on with the new session when the password is changed', async () => {
    const { tab, email } = await loggedIn();
    const before = tab.session?.id;
    const [changed] = await Promise.all([tab.changePassword(passwords), tab.ask('{ me { id } }')]);
    expect(changed).toMatchObject({ ok: true, session: { user: { email } } });
    expect(tab.session?.id).not.toBe(before);
    expect(await tab.ask('{ me { email } }')).toEqual({ data: { me: { email } } });
  });

  test('what is refused while the password is being changed ends no session', async () => {
    const { w, tab } = await loggedIn();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    w.fault = async ({ field, pass, park }) => {
      const response = await pass();
      if (field === 'changePassword') await park(held);
      return response;
    };
    const changed = tab.changePassword(passwords);
    await w.settle();
    const asked = tab.ask('{ session { id } }');
    while (w.count('session') === 0) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 20));
    release();
    expect(await asked).toMatchObject({ errors: [{ extensions: { reason: 'TOKEN_REVOKED' } }] });
    expect(await changed).toMatchObject({ ok: true });
    expect(tab.events.map(({ type }) => type)).toEqual(['in', 'in']);
  });

  test('whose password change was spoilt by a listener that threw renews what is refused as before', async () => {
    const { w, tab } = await loggedIn();
    const leave = tab.subscribe(() => {
      throw new Error('of a listener');
    });
    await expect(tab.changePassword(passwords)).rejects.toThrow('of a listener');
    leave();
    let isStale = true;
    w.fault = ({ field, pass }) => {
      if (field !== 'me' || !isStale) return pass();
      isStale = false;
      return answer('UNAUTHENTICATED', { reason: 'TOKEN_STALE', refreshable: true });
    };
    expect(await tab.ask('{ me { id } }')).toHaveProperty('data.me.id');
  });

  test('whose password is changed twice at once stays logged in', async () => {
    const { w, tab } = await loggedIn();
    const changes = await Promise.all([
      tab.changePassword(passwords),
      tab.changePassword(passwords),
    ]);
    expect(changes).toMatchObject([{ ok: true }, { problem: { code: 'INVALID_CREDENTIALS' } }]);
    expect(tab.events.map(({ type }) => type)).toEqual(['in', 'in']);
    expect(w.count('changePassword')).toBe(2);
  });

  test('whose password change is never answered keeps no refused request for ever', async () => {
    const { w, tab } = await loggedIn();
    w.fault = ({ field, pass }) => (field === 'changePassword' ? 'hang' : pass());
    void tab.changePassword(passwords);
    await w.settle();
    await w.makeStale(tab.session?.user.id as string);
    const asked = tab.ask('{ me { id } }');
    await w.pass(11);
    expect(await asked).toHaveProperty('data.me.id');
  });

  test('whose login is never answered keeps no request for ever, with cookies neither', async () => {
    const { w, storage, fetch: withCookies } = await hidden();
    const tab = w.tab({
      storage,
      fetch: (input, init) =>
        (init?.body as string).includes('login(')
          ? new Promise(() => undefined)
          : withCookies(input, init),
    });
    void tab.login(someone());
    w.clock.advance(400);
    const asked = tab.ask('{ me { id } }');
    await w.pass(15);
    expect(await asked).toHaveProperty('data.me.id');
    await tab.dispose();
  });

  test('answers a value, whatever its fetch rejects with', async () => {
    const { w } = await loggedIn();
    for (const reason of [undefined, null, 'text']) {
      // As some wrappers do, with the reason of a signal that has none.
      const rejecting = { then: (_: unknown, reject: (reason: unknown) => void) => reject(reason) };
      const fetch = () => Promise.resolve(rejecting as never);
      const tab = w.tab({ storage: memoryStorage(), fetch });
      expect(await tab.login(someone())).toEqual({
        ok: false,
        problem: { code: 'NO_ANSWER', message: String(reason) },
      });
    }
  });

  test('whose password change is refused itself ends its session', async () => {
    const { w, tab } = await loggedIn();
    w.fault = () => answer('UNAUTHENTICATED', { reason: 'TOKEN_REVOKED', refreshable: false });
    expect(await tab.changePassword(passwords)).toMatchObject({ ok: false });
    expect([tab.session, tab.endReason]).toEqual([null, 'TOKEN_REVOKED']);
  });

  test('goes on with a payload of a mutation of your own', async () => {
    const { tab, w, email } = await loggedIn();
    const { password } = someone();
    const other = w.tab({ storage: memoryStorage() });
    const { data } = await tab.ask(
      `mutation { login(input: { email: "${email}", password: "${password}" }) { ${tab.payloadFields} } }`,
    );
    expect(await other.adopt(data.login)).toMatchObject({ ok: true });
    expect(await other.ask('{ me { email } }')).toEqual({ data: { me: { email } } });
  });

  test('gives its token to the origin of its endpoint, and to nobody else', async () => {
    const { w, tab } = await loggedIn();
    const seen: [string, string | null][] = [];
    const plain: typeof fetch = async (input, init) => {
      const headers = new Headers(init?.headers ?? (input as Request).headers);
      seen.push([String((input as Request).url ?? input), headers.get('authorization')]);
      return Response.json({});
    };
    const other = w.tab({ fetch: plain, origins: ['https://reports.example.com'] });
    const token = `Bearer ${await tab.getAccessToken()}`;
    await other.fetch(new URL('/other', w.url));
    await other.fetch('https://reports.example.com/daily');
    await other.fetch(new Request(w.url, { method: 'POST', body: '{}' }));
    await other.fetch('https://elsewhere.example.com/');
    await other.fetch(`${w.url.replace('127.0.0.1', '127.0.0.1.example.com')}`);
    await other.fetch(w.url, { headers: { Authorization: 'Basic x' } });
    expect(seen.map(([, header]) => header)).toEqual([token, token, token, null, null, 'Basic x']);
  });

  test('refuses an address that is none', () => {
    expect(() => createAuthClient({ url: '/graphql' })).toThrow('Invalid URL');
  });
});

describe('ahead of time', () => {
  test.each([
    [300, 270],
    [40, 30],
    [3600, 3240],
    [2, 1.5],
  ])('a token of %d s is renewed after %d s, and not before', async (life, due) => {
    const { w } = await loggedIn({ jwt: { expirationDelta: life } });
    await w.pass(due - 0.2);
    expect(w.count('refreshToken')).toBe(0);
    await w.pass(0.4);
    expect(w.count('refreshToken')).toBe(1);
  });

  test('refreshBefore moves that, between a tenth and a quarter of the lifetime', async () => {
    const w = await world();
    for (const [refreshBefore, due] of [
      [60, 240],
      [0, 270],
      [1000, 225],
    ] as const) {
      const tab = w.tab({ storage: memoryStorage(), refreshBefore });
      await tab.signup(someone());
      const before = w.count('refreshToken');
      await w.pass(due - 1.2);
      expect(w.count('refreshToken')).toBe(before);
      await w.pass(1.4);
      expect(w.count('refreshToken')).toBe(before + 1);
      await tab.dispose();
    }
  });

  test.each([300, 2])('in a day of use with tokens of %d s no request fails', async (life) => {
    const { w, tab } = await loggedIn({ jwt: { expirationDelta: life } });
    for (let round = 0; round < 60; round++) {
      await w.pass(life * 1.37);
      expect(await tab.ask('{ me { id } }')).toMatchObject({ data: { me: {} } });
    }
    expect(w.sent.filter(({ code }) => code !== '')).toEqual([]);
    expect(w.count('refreshToken')).toBeLessThanOrEqual((60 * 1.37) / 0.5);
  });

  test('the last access token ends with the session, and so does the client, without a storm', async () => {
    const { w, tab } = await loggedIn({
      jwt: { expirationDelta: 60, refreshExpirationDelta: 100 },
    });
    await w.pass(110);
    expect(tab.session).toBe(null);
    expect(tab.endReason).toBe('REFRESH_TOKEN_EXPIRED');
    expect(w.count('refreshToken')).toBeLessThan(10);
    expect(await tab.ask('{ me { id } }')).toEqual({ data: { me: null } });
  });

  test('where the server does not refresh the session goes on until the server says no', async () => {
    const { w, tab } = await loggedIn({ jwt: { allowRefresh: false } });
    expect(tab.session?.refreshExpiresAt).toBe(null);
    await w.pass(290);
    expect(await tab.ask('{ me { id } }')).toMatchObject({ data: { me: {} } });
    await w.pass(20);
    expect(tab.session).toBeTruthy();
    await tab.ask('{ me { id } }');
    expect([tab.session, tab.endReason]).toEqual([null, 'REFRESH_DISABLED']);
    expect(w.count('refreshToken')).toBe(0);
  });

  test('logout ends a session that has no refresh token, too', async () => {
    const { tab, w } = await loggedIn({ jwt: { allowRefresh: false } });
    const token = await tab.getAccessToken();
    expect(await tab.logout()).toEqual({ ok: true, revokedSessions: 1 });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const body = JSON.stringify({ query: '{ session { id } }' });
    const answered = await fetch(w.url, { method: 'POST', headers, body });
    const { errors } = (await answered.json()) as { errors: any[] };
    expect(errors[0].extensions.reason).toBe('TOKEN_REVOKED');
  });
});

describe('one flight', () => {
  test('a hundred requests with an expired token make one refresh, and so do those that come meanwhile', async () => {
    const { w, tab } = await loggedIn();
    w.clock.advance(400);
    const late: Promise<unknown>[] = [];
    w.fault = async ({ field, pass }) => {
      if (field === 'refreshToken') {
        for (let i = 0; i < 20; i++) late.push(tab.ask('{ me { id } }'));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return pass();
    };
    const first = await Promise.all(Array.from({ length: 100 }, () => tab.ask('{ me { id } }')));
    for (const body of [...first, ...(await Promise.all(late))]) {
      expect(body).toMatchObject({ data: { me: { id: expect.any(String) } } });
    }
    expect([late.length, w.count('refreshToken'), w.count('me')]).toEqual([20, 1, 120]);
    expect(w.sent.find(({ field }) => field === 'refreshToken')?.authorization).toBe(null);
  });

  test('a hundred requests that are refused as stale make one refresh, and are sent once more', async () => {
    const { w, tab } = await loggedIn();
    await w.makeStale(tab.session?.user.id as string);
    const bodies = await Promise.all(Array.from({ length: 100 }, () => tab.ask('{ me { id } }')));
    for (const body of bodies) expect(body).toMatchObject({ data: { me: {} } });
    expect([w.count('refreshToken'), w.count('me')]).toEqual([1, 200]);
  });

  test('a mutation that is refused for a token’s age is sent again, and has run once', async () => {
    const { w, tab, email } = await loggedIn();
    const other = w.tab({ storage: memoryStorage() });
    await other.login({ email, password: someone().password });
    await w.makeStale(tab.session?.user.id as string);
    expect(await tab.ask('mutation { revokeOtherSessions }')).toEqual({
      data: { revokeOtherSessions: 1 },
    });
    expect(w.count('revokeOtherSessions')).toBe(2);
  });

  test('a mutation of which something may have run is not sent again, but the pair is renewed', async () => {
    const { w, tab } = await loggedIn();
    const extensions = { code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED', refreshable: true };
    const body = { data: { a: 1, b: null }, errors: [{ message: 'No.', extensions }] };
    let times = 0;
    w.fault = async ({ field, pass }) =>
      field === 'refreshToken' ? pass() : (++times, Response.json(body));
    expect(await tab.ask('mutation { a b }')).toEqual(body);
    expect([times, w.count('refreshToken')]).toEqual([1, 1]);
    // A query has no effects.
    await tab.ask('{ a b }');
    expect([times, w.count('refreshToken')]).toEqual([3, 2]);
  });

  describe('what came with data is sent again', () => {
    const no = (path: unknown[], refreshable = true) => {
      const extensions = { code: 'UNAUTHENTICATED', reason: 'TOKEN_STALE', refreshable };
      return { message: 'No.', path, extensions };
    };
    const batch = [{ data: { a: 1 } }, { data: { a: null }, errors: [no(['a'])] }];
    const persisted = { variables: { query: '{ a }' }, extensions: { persistedQuery: {} } };
    const partly = { data: { a: 1, b: null }, errors: [no(['b'])] };
    test.each<[string, number, object, object]>([
      [
        'of a mutation whose root fields were all refused, as without auth.plugin',
        2,
        { query: 'mutation { a b }' },
        { data: { a: null, b: null }, errors: [no(['a']), no(['b'])] },
      ],
      [
        'not of a mutation of which a root field may have answered null',
        1,
        { query: 'mutation { a b }' },
        { data: { a: null, b: null }, errors: [no(['b'])] },
      ],
      [
        'not of a mutation that was refused below a root field',
        1,
        { query: 'mutation { a { b } }' },
        { data: { a: null }, errors: [no(['a', 'b'])] },
      ],
      [
        'not of a mutation whose refusal no refresh cures',
        1,
        { query: 'mutation { a b }' },
        { data: { a: null, b: null }, errors: [no(['a']), no(['b'], false)] },
      ],
      ['not of a text that is elsewhere, with a variable called query', 1, persisted, partly],
      [
        'of a query about a mutation',
        2,
        { query: '{ a b }', variables: { a: 'mutation' } },
        partly,
      ],
      ['of a batch of queries', 2, [{ query: '{ a }' }, { query: '{ a }' }], batch],
      [
        'not of a batch with a mutation',
        1,
        [{ query: 'mutation { a }' }, { query: '{ a }' }],
        batch,
      ],
      [
        'not of a batch with a mutation, though the first was refused whole',
        1,
        [{ query: 'mutation { a }' }, { query: 'mutation { a }' }],
        [...batch].reverse(),
      ],
    ])('%s', async (_, times, sent, answered) => {
      const { w, tab } = await loggedIn();
      let count = 0;
      w.fault = async ({ field, pass }) =>
        field === 'refreshToken' ? pass() : (++count, Response.json(answered));
      await tab.fetch(w.url, { method: 'POST', body: JSON.stringify(sent) });
      expect([count, w.count('refreshToken')]).toEqual([times, 1]);
    });
  });

  test('a refusal that no refresh cures is handed on, though the pair was renewed meanwhile', async () => {
    const { w, tab } = await loggedIn();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let times = 0;
    w.fault = async ({ field, pass, park }) => {
      if (field !== 'pin') return pass();
      times += 1;
      await park(held);
      // Of a resolver that speaks as Apollo Server's do.
      return answer('UNAUTHENTICATED');
    };
    const asked = tab.ask('mutation { pin }');
    await w.pass(275);
    expect(w.count('refreshToken')).toBe(1);
    release();
    expect(await asked).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect([times, tab.session?.user]).toEqual([1, expect.anything()]);
  });

  test('what is no text is not sent again where data came, a query in a Request is', async () => {
    const refusal = { code: 'UNAUTHENTICATED', reason: 'TOKEN_STALE', refreshable: true };
    const body = { data: { a: 1 }, errors: [{ message: 'No.', extensions: refusal }] };
    let times = 0;
    const { w, tab } = await loggedIn(
      {},
      {
        fetch: (input, init) => {
          if (typeof init?.body === 'string' && init.body.includes('$input')) {
            return fetch(input, init);
          }
          times += 1;
          return Promise.resolve(Response.json(body));
        },
      },
    );
    const headers = { 'content-type': 'application/json' };
    const countOf = async (input: string | Request, init?: RequestInit): Promise<number> => {
      times = 0;
      await tab.fetch(input, init);
      return times;
    };
    const post = (text: string | Blob | Uint8Array<ArrayBuffer>) => ({
      method: 'POST',
      headers,
      body: text,
    });
    const mutation = '{"query":"mutation { a }"}';
    const form = new FormData();
    form.set('operations', mutation);
    expect(await countOf(new Request(w.url, post('{"query":"{ a }"}')))).toBe(2);
    expect(await countOf(`${w.url}?query={a}`)).toBe(2);
    expect(await countOf(new Request(w.url, post(mutation)))).toBe(1);
    expect(await countOf(w.url, { method: 'POST', body: form })).toBe(1);
    expect(await countOf(w.url, post(new Blob([mutation])))).toBe(1);
    expect(await countOf(w.url, post(new TextEncoder().encode(mutation)))).toBe(1);
    expect(await countOf(w.url, post('{"extensions":{"persistedQuery":{"version":1}}}'))).toBe(1);
  });

  test.each<[string, (body: Buffer) => unknown]>([
    ['a stream', (body) => new Blob([body]).stream()],
    ['a stream of Node’s', (body) => Readable.from([body])],
    ['a generator', (body) => Readable.from([body])[Symbol.asyncIterator]()],
  ])('of what is refused and was sent as %s the refusal is handed on', async (_, streamed) => {
    const { w, tab } = await loggedIn({}, { fetch: (input, init) => fetch(input, init) });
    await w.makeStale(tab.session?.user.id as string);
    const response = await tab.fetch(w.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
      body: streamed(Buffer.from('{"query":"{ me { id } }"}')),
    } as RequestInit);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { reason: 'TOKEN_STALE' } }],
    });
    expect(await tab.ask('{ me { id } }')).toHaveProperty('data.me.id');
  });

  test('an answer does not wait for the end of what is still being sent', async () => {
    const { w, tab } = await loggedIn();
    const endless = new ReadableStream({ pull: () => new Promise(() => undefined) });
    const early = w.tab({ fetch: () => Promise.resolve(Response.json({ data: {} })) });
    const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit;
    expect((await early.fetch(new Request(w.url, init))).ok).toBe(true);
    expect(tab.session).toBeTruthy();
  });

  test('who gives up a request does not wait for its refresh', async () => {
    const { w, tab } = await loggedIn();
    w.clock.advance(400);
    w.fault = () => 'hang';
    const giving = new AbortController();
    const asked = tab.fetch(w.url, { method: 'POST', body: '{}', signal: giving.signal });
    await w.settle();
    giving.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    w.fault = null;
  });

  test('who gives up a request does not wait until its refusal is cured', async () => {
    const { w, tab } = await loggedIn();
    await w.makeStale(tab.session?.user.id as string);
    w.fault = ({ field, pass }) => (field === 'refreshToken' ? 'hang' : pass());
    const giving = new AbortController();
    const body = JSON.stringify({ query: '{ me { id } }' });
    const headers = { 'content-type': 'application/json' };
    const asked = tab.fetch(w.url, { method: 'POST', headers, body, signal: giving.signal });
    await w.settle();
    giving.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    w.fault = null;
  });

  test('what is refused twice is handed on', async () => {
    const { w, tab } = await loggedIn();
    const refusal = { reason: 'TOKEN_STALE', refreshable: true };
    w.fault = ({ field, pass }) =>
      field === 'refreshToken' ? pass() : answer('UNAUTHENTICATED', refusal);
    expect(await tab.ask('{ me { id } }')).toMatchObject({ errors: [{ extensions: refusal }] });
    expect(w.count('refreshToken')).toBe(1);
    expect(tab.session).toBeTruthy();
  });

  test('under onInvalidToken: reject the 401 is renewed, too', async () => {
    const { w, tab, email } = await loggedIn({ onInvalidToken: 'reject' });
    await w.makeStale(tab.session?.user.id as string);
    expect(await tab.ask('{ me { email } }')).toEqual({ data: { me: { email } } });
    expect(w.sent.map(({ code }) => code).filter(Boolean)).toEqual(['UNAUTHENTICATED TOKEN_STALE']);
  });
});

describe('a clock', () => {
  test.each([-DAY, DAY])('that is wrong by %d s changes nothing', async (wrong) => {
    const w = await world();
    const tab = w.tab();
    tab.stepClock(wrong);
    await tab.signup(someone());
    for (let round = 0; round < 20; round++) {
      await w.pass(200);
      expect(await tab.ask('{ me { id } }')).toMatchObject({ data: { me: {} } });
    }
    expect(w.sent.filter(({ code }) => code !== '')).toEqual([]);
    expect(w.count('refreshToken')).toBe(Math.floor(4000 / 270));
    const off = Math.abs(tab.serverTime() - w.clock.now());
    expect(off).toBeLessThan(1000);
  });

  test.each([-DAY, DAY, -3600, 3600, -100, 100])(
    'that steps by %d s during use costs one refresh at most, and no request',
    async (step) => {
      const { w, tab } = await loggedIn();
      for (let round = 0; round < 10; round++) {
        await w.pass(150);
        tab.stepClock(step);
        expect(await tab.ask('{ me { id } }')).toMatchObject({ data: { me: {} } });
      }
      await w.pass(30);
      expect(w.sent.filter(({ code }) => code !== '')).toEqual([]);
      expect(w.count('refreshToken')).toBeLessThanOrEqual(10 + Math.ceil(1530 / 270));
    },
  );

  test.each([-DAY, DAY])(
    'that steps by %d s while the page is closed fails no request',
    async (step) => {
      const { w, tab } = await loggedIn();
      await tab.dispose();
      await w.pass(280);
      const reopened = w.tab();
      await reopened.dispose();
      const stepped = w.tab({ clock: { now: () => w.clock.now() + step * 1000 } });
      expect(await stepped.ask('{ me { id } }')).toMatchObject({ data: { me: {} } });
      await stepped.ask('{ me { id } }');
      expect(w.sent.filter(({ code }) => code !== '')).toEqual([]);
      expect(w.count('refreshToken')).toBe(1);
    },
  );

  test('that stands still while the machine sleeps is caught up with', async () => {
    const { w } = await loggedIn();
    let steady = 0;
    const tab = w.tab({ clock: { now: () => w.clock.now(), steady: () => steady } });
    w.clock.advance(3600);
    steady += 1000;
    expect(await tab.ask('{ me { id } }')).toMatchObject({ data: { me: {} } });
    expect(w.sent.filter(({ code }) => code !== '')).toEqual([]);
  });
});

describe('when it fails', () => {
  test('a refresh ahead of time that fails disturbs nobody, and is tried again', async () => {
    const { w, tab } = await loggedIn();
    w.fault = ({ field, pass }) =>
      field === 'refreshToken' ? Promise.reject(new TypeError('offline')) : pass();
    await w.pass(275);
    expect(await tab.ask('{ me { id } }')).toMatchObject({ data: { me: {} } });
    expect(tab.events.at(-1)).toMatchObject({
      type: 'failed',
      error: { name: 'AuthClientError', problem: { code: 'NO_ANSWER' } },
    });
    w.fault = null;
    await w.pass(20);
    expect(tab.events.at(-1)).toMatchObject({ type: 'renewed' });
    expect(w.sent.filter(({ code }) => code !== '')).toEqual([]);
  });

  test('a day offline logs nobody out; the tries become rare; requests say what is wrong', async () => {
    const { w, tab } = await loggedIn();
    let tries = 0;
    w.fault = ({ field }) => {
      if (field === 'refreshToken') tries += 1;
      return Promise.reject(new TypeError('offline'));
    };
    await w.pass(DAY);
    expect(tries).toBeGreaterThan(1000);
    expect(tries).toBeLessThan((3 * DAY) / 20);
    const asked = tab.ask('{ me { id } }').catch((error: unknown) => error);
    await w.pass(5);
    expect(await asked).toMatchObject({ problem: { code: 'NO_ANSWER' } });
    w.fault = null;
    await w.pass(120);
    expect(tab.session).toBeTruthy();
    expect(await tab.ask('{ me { id } }')).toMatchObject({ data: { me: {} } });
  });

  test('a refresh that others wait for is tried three times before they are told', async () => {
    const { w, tab } = await loggedIn();
    w.clock.advance(400);
    let failures = 2;
    w.fault = ({ field, pass }) =>
      field === 'refreshToken' && failures-- > 0
        ? answer('INTERNAL_SERVER_ERROR', {}, 500)
        : pass();
    const asked = tab.ask('{ me { id } }');
    await w.pass(3);
    expect(await asked).toMatchObject({ data: { me: {} } });
  });

  test('who asks every second while refreshing fails makes one try each time, not three', async () => {
    const { w, tab } = await loggedIn();
    w.clock.advance(400);
    let tries = 0;
    w.fault = ({ field }) => {
      if (field === 'refreshToken') tries += 1;
      return Promise.reject(new TypeError('offline'));
    };
    tab.getAccessToken().catch(() => undefined);
    await w.pass(20);
    tries = 0;
    for (let second = 0; second < 30; second++) {
      tab.getAccessToken().catch(() => undefined);
      await w.pass(1);
    }
    expect(tries).toBeGreaterThan(20);
    expect(tries).toBeLessThan(40);
  });

  test('a server that says when to come again is left alone until then', async () => {
    const { w, tab } = await loggedIn();
    w.clock.advance(400);
    let tries = 0;
    w.fault = ({ field, pass }) => {
      if (field !== 'refreshToken') return pass();
      tries += 1;
      return answer('SERVICE_UNAVAILABLE', { retryAfter: 90 }, 503);
    };
    for (let second = 0; second < 80; second++) {
      await expect(tab.ask('{ me { id } }')).rejects.toMatchObject({
        problem: { code: 'SERVICE_UNAVAILABLE', retryAfter: 90 },
      });
      await w.pass(1);
    }
    expect(tries).toBe(1);
    w.fault = null;
    await w.pass(15);
    expect(await tab.ask('{ me { id } }')).toMatchObject({ data: { me: {} } });
  });

  test('an answer that never comes is given up by who knows of no signals, too', async () => {
    const { w, tab: other } = await loggedIn();
    await other.dispose();
    const tab = w.tab({ fetch: () => new Promise(() => undefined) });
    w.clock.advance(400);
    const asked = tab.getAccessToken().catch((error: unknown) => error);
    await w.pass(35);
    expect(await asked).toMatchObject({ problem: { code: 'NO_ANSWER' } });
  });

  test('an answer that never comes is given up after ten seconds', async () => {
    const { w, tab } = await loggedIn();
    let hanging = 1;
    w.fault = ({ field, pass }) => (field === 'refreshToken' && hanging-- > 0 ? 'hang' : pass());
    await w.pass(269);
    await w.pass(12);
    expect(tab.events.at(-1)).toMatchObject({ type: 'renewed' });
  });

  test.each([
    'REFRESH_TOKEN_REUSED',
    'SESSION_REVOKED',
    'REFRESH_TOKEN_EXPIRED',
    'INVALID_REFRESH_TOKEN',
    'REFRESH_DISABLED',
    'ACCOUNT_DISABLED',
  ])('%s ends the session once, in every tab, with the reason', async (code) => {
    const { w, tab } = await loggedIn();
    const other = w.tab();
    w.clock.advance(400);
    w.fault = ({ field, pass }) => (field === 'refreshToken' ? answer(code) : pass());
    await Promise.all([
      tab.ask('{ me { id } }'),
      tab.ask('{ me { id } }'),
      other.ask('{ me { id } }'),
    ]);
    await w.pass(60);
    for (const each of [tab, other]) {
      expect([each.session, each.endReason]).toEqual([null, code]);
      expect(each.events.filter(({ type }) => type === 'out')).toEqual([
        { type: 'out', reason: code },
      ]);
    }
    expect(Object.keys(w.storage.kept)).toEqual([]);
  });

  test.each([
    'RATE_LIMITED',
    'FORBIDDEN',
    'BAD_USER_INPUT',
    'GRAPHQL_VALIDATION_FAILED',
    'NOT_FOUND',
  ])('%s ends nothing', async (code) => {
    const { w, tab } = await loggedIn();
    w.fault = ({ field, pass }) => (field === 'refreshToken' ? answer(code) : pass());
    await w.pass(400);
    expect(tab.session).toBeTruthy();
  });

  test('an error page in place of an answer ends nothing', async () => {
    const { w, tab } = await loggedIn();
    w.fault = () => Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 }));
    await w.pass(400);
    expect(tab.session).toBeTruthy();
    expect(tab.events.at(-1)).toMatchObject({
      error: { problem: { code: 'NO_ANSWER', status: 502 } },
    });
    expect(await tab.login(someone())).toMatchObject({
      problem: { code: 'NO_ANSWER', status: 502 },
    });
  });

  test.each(['TOKEN_REVOKED', 'TOKEN_INVALID', 'TOKEN_MALFORMED', 'USER_DISABLED'])(
    'a request that is refused with %s ends the session, once',
    async (reason) => {
      const { w, tab } = await loggedIn();
      w.fault = () => answer('UNAUTHENTICATED', { reason, refreshable: false });
      await Promise.all([tab.ask('{ me { id } }'), tab.ask('{ me { id } }')]);
      expect(tab.events.filter(({ type }) => type === 'out')).toEqual([{ type: 'out', reason }]);
    },
  );

  test.each([
    ['lines of JSON', 'application/x-ndjson', '{"code":"UNAUTHENTICATED"}\n{}'],
    ['half an answer', 'application/json', '{"errors":[{"extensions":{"code":"UNAUTHENTICATED"'],
  ])('%s is handed on as it is', async (_, type, text) => {
    const { w, tab } = await loggedIn();
    w.fault = () => Promise.resolve(new Response(text, { headers: { 'content-type': type } }));
    const response = await tab.fetch(w.url, { method: 'POST', body: '{"query":"{ me { id } }"}' });
    expect(await response.text()).toBe(text);
    expect(tab.session).toBeTruthy();
  });

  test('TOKEN_MISSING ends nothing', async () => {
    const { w, tab } = await loggedIn();
    w.fault = () => answer('UNAUTHENTICATED', { reason: 'TOKEN_MISSING', refreshable: false });
    await tab.ask('{ me { id } }');
    expect(tab.session).toBeTruthy();
  });

  test('a session that was revoked elsewhere ends with the next request', async () => {
    const { w, tab, email } = await loggedIn();
    const other = w.tab({ storage: memoryStorage() });
    await other.login({ email, password: someone().password });
    await other.ask('mutation { revokeOtherSessions }');
    await tab.ask('{ me { id } }');
    expect([tab.session, tab.endReason]).toEqual([null, 'TOKEN_REVOKED']);
    expect(other.session).toBeTruthy();
  });

  test('a refusal of a token that has been replaced meanwhile ends nothing', async () => {
    const { w, tab, email } = await loggedIn();
    const { password } = someone();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    w.fault = async ({ field, pass, park }) => {
      if (field !== 'me') return pass();
      await park(held);
      return answer('UNAUTHENTICATED', { reason: 'TOKEN_REVOKED', refreshable: false });
    };
    const asked = tab.ask('{ me { id } }');
    await tab.login({ email, password });
    release();
    await asked;
    expect(tab.session).toBeTruthy();
  });
});
