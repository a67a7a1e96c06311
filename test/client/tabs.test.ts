import { describe, expect, test } from '@jest/globals';
import {
  handOver,
  memoryStorage,
  takeOver,
  type AuthEvent,
  type AuthStorage,
} from '../../src/client/index.js';
import { hidden } from './hidden.js';
import { answer, loggedIn, passwords, someone, world, type Fault } from './world.js';

/** Holds the answer to the next request of a field, which the server has given already, until `release`. */
function holding(field: string, isBefore = false) {
  let release = (): void => undefined;
  let reached = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const there = new Promise<void>((resolve) => (reached = resolve));
  let isFirst = true;
  const fault: Fault = async ({ field: asked, pass, park }) => {
    if (asked !== field || !isFirst) return pass();
    isFirst = false;
    if (isBefore) {
      reached();
      await park(held);
      return pass();
    }
    const response = await pass();
    reached();
    await park(held);
    return response;
  };
  return { fault, there, release: () => release() };
}

const outs = (events: AuthEvent[]) => events.filter(({ type }) => type === 'out');
const isIn = { data: { me: { id: expect.any(String) } } };

/** That of one tab alone, as a `sessionStorage` is. */
function separateStorage(copied: Record<string, string> = {}) {
  const kept = { ...copied };
  return {
    kept,
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => void (kept[key] = value),
    removeItem: (key: string) => void delete kept[key],
  };
}

describe('tabs', () => {
  test('that refresh at once all stay logged in', async () => {
    const { w, tab } = await loggedIn();
    const tabs = [tab, ...Array.from({ length: 9 }, () => w.tab())];
    for (let round = 0; round < 5; round++) {
      w.clock.advance(400);
      for (const body of await Promise.all(tabs.map((each) => each.ask('{ me { id } }')))) {
        expect(body).toMatchObject(isIn);
      }
      await w.settle();
    }
    expect(w.sent.filter(({ code }) => code !== '')).toEqual([]);
    expect(new Set(tabs.map(({ session }) => session?.id)).size).toBe(1);
  });

  test('take the pair that another has made, and refresh nothing themselves', async () => {
    const { w, tab } = await loggedIn();
    const other = w.tab();
    w.clock.advance(400);
    await tab.ask('{ me { id } }');
    await w.settle();
    expect(await other.ask('{ me { id } }')).toMatchObject(isIn);
    expect(w.count('refreshToken')).toBe(1);
    expect(other.events.at(-1)?.type).toBe('renewed');
  });

  test('that have slept use the pair that is stored, not the one they remember', async () => {
    const { w, tab } = await loggedIn();
    const asleep = w.tab();
    // No message reaches it.
    await asleep.dispose();
    const stale = w.tab({ storage: frozen(w.storage) });
    for (let hour = 0; hour < 3; hour++) {
      w.clock.advance(3600);
      await tab.ask('{ me { id } }');
    }
    thaw(stale);
    expect(await stale.ask('{ me { id } }')).toMatchObject(isIn);
    expect(w.sent.filter(({ code }) => code !== '')).toEqual([]);
  });

  test('log out together, and in together', async () => {
    const { w, tab } = await loggedIn();
    const [other, third] = [w.tab(), w.tab()];
    const answer = await other.logout();
    expect(answer).toEqual({ ok: true, revokedSessions: 1 });
    await w.settle();
    for (const each of [tab, other, third]) {
      expect([each.session, each.endReason]).toEqual([null, 'LOGGED_OUT']);
      expect(outs(each.events)).toHaveLength(1);
    }
    const account = someone();
    await third.signup(account);
    await w.settle();
    for (const each of [tab, other]) {
      expect(each.session).toMatchObject({ user: { email: account.email } });
      expect(each.endReason).toBe(null);
    }
  });

  test('never use a pair before it is stored', async () => {
    const { w, tab } = await loggedIn();
    const used: boolean[] = [];
    const slow = slowStorage(w.storage);
    const tabs = [tab, w.tab(), w.tab({ storage: slow })];
    w.fault = ({ pass, authorization }) => {
      if (authorization !== null) {
        used.push(Object.values(w.storage.kept).join().includes(authorization.slice(7)));
      }
      return pass();
    };
    for (let round = 0; round < 10; round++) {
      w.clock.advance(400);
      const first = tabs[round % 3] as (typeof tabs)[number];
      expect(await first.ask('{ me { id } }')).toMatchObject(isIn);
      await w.settle();
    }
    // One more where the clock goes on while another tab's refresh is on its way: that pair is old when it comes.
    expect(used.length).toBeGreaterThanOrEqual(10);
    expect(used).not.toContain(false);
  });

  test('that crash with the answer in their hands are not taken for thieves', async () => {
    const { w, tab } = await loggedIn();
    const lost: Fault = async ({ field, pass }) => {
      const response = await pass();
      if (field === 'refreshToken') throw new TypeError('The tab is gone.');
      return response;
    };
    for (const pause of [1, 31, 3600]) {
      w.clock.advance(400);
      w.fault = lost;
      const crashed = w.tab();
      void crashed.ask('{ me { id } }').catch(() => undefined);
      await w.settle();
      void crashed.dispose();
      w.fault = null;
      w.clock.advance(pause);
      const reopened = w.tab();
      expect(await reopened.ask('{ me { id } }')).toMatchObject(isIn);
      await w.settle();
    }
    expect(tab.session).toBeTruthy();
  });

  test('do not put an old pair over a newer one, however late it comes', async () => {
    const { w, tab } = await loggedIn();
    const late = w.tab({ storage: w.storage });
    w.clock.advance(400);
    const { fault, there, release } = holding('refreshToken');
    w.fault = fault;
    const asked = late.ask('{ me { id } }');
    await there;
    for (let round = 0; round < 2; round++) {
      await tab.ask('{ me { id } }');
      w.clock.advance(400);
      await tab.ask('{ me { id } }');
    }
    const newest = await tab.getAccessToken();
    release();
    expect(await asked).toMatchObject(isIn);
    await w.settle();
    expect(await tab.getAccessToken()).toBe(newest);
    expect(await late.getAccessToken()).toBe(newest);
    w.clock.advance(400);
    expect(await late.ask('{ me { id } }')).toMatchObject(isIn);
  });

  test('a login stands, though a slower tab stores what it has refreshed of the session before', async () => {
    const { w, tab } = await loggedIn();
    const slow = w.tab({ storage: lagging(w.storage) });
    w.clock.advance(280);
    const { fault, there, release } = holding('refreshToken');
    w.fault = fault;
    const asked = slow.ask('{ me { id } }');
    await there;
    const account = someone();
    expect(await tab.signup(account)).toMatchObject({ ok: true });
    release();
    await asked;
    await w.settle();
    thaw(slow);
    await w.pass(1);
    for (const each of [tab, slow]) {
      await each.ask('{ me { id } }');
      expect(each.session).toMatchObject({ user: { email: account.email } });
    }
    expect(tab.events.map(({ type }) => type)).toEqual(['in', 'in']);
    expect(Object.values(w.storage.kept).join()).toContain(account.email);
  });

  test('keep the pair that lives when the server has replaced the other', async () => {
    const { w, tab } = await loggedIn({ refreshReuseInterval: 1 });
    const other = w.tab();
    w.clock.advance(400);
    const first = holding('refreshToken');
    w.fault = first.fault;
    const [asked] = [tab.ask('{ me { id } }')];
    await first.there;
    w.clock.advance(2);
    // The pair of the first has never been used: it is replaced.
    const second = holding('refreshToken');
    w.fault = second.fault;
    const alsoAsked = other.ask('{ me { id } }');
    await second.there;
    w.fault = null;
    second.release();
    expect(await alsoAsked).toMatchObject(isIn);
    first.release();
    expect(await asked).toMatchObject(isIn);
    await w.settle();
    w.clock.advance(400);
    for (const each of [tab, other]) expect(await each.ask('{ me { id } }')).toMatchObject(isIn);
  });

  test('write a newer pair back where a slower tab has overwritten it', async () => {
    const { w, tab } = await loggedIn();
    const [key, old] = Object.entries(w.storage.kept)[0] as [string, string];
    w.clock.advance(400);
    await tab.ask('{ me { id } }');
    const current = w.storage.kept[key];
    w.storage.kept[key] = old;
    w.clock.advance(400);
    await tab.ask('{ me { id } }');
    expect(w.storage.kept[key]).not.toBe(old);
    expect(w.storage.kept[key]).not.toBe(current);
    expect(w.sent.filter(({ code }) => code !== '')).toEqual([]);
  });

  test('with a duplicate of a sessionStorage keep in step', async () => {
    const { w, tab } = await loggedIn();
    const copy = { ...memoryStorage(), isPrivate: false };
    for (const [key, text] of Object.entries(w.storage.kept)) await copy.setItem(key, text);
    const duplicate = w.tab({ storage: copy });
    for (let round = 0; round < 3; round++) {
      w.clock.advance(400);
      await (round % 2 ? tab : duplicate).ask('{ me { id } }');
      await w.settle();
    }
    expect(await duplicate.getAccessToken()).toBe(await tab.getAccessToken());
  });

  test('with a sessionStorage each are people of their own, whoever logs in last', async () => {
    const w = await world();
    const own = (): AuthStorage => ({ ...memoryStorage(), isPrivate: false });
    const tabs = [w.tab({ storage: own() }), w.tab({ storage: own() })];
    const people = [someone(), someone()];
    for (const [index, tab] of tabs.entries()) {
      await tab.signup(people[index] as (typeof people)[0]);
      await w.pass(20);
    }
    expect(tabs.map(({ session }) => session?.user.email)).toEqual(
      people.map((each) => each.email),
    );
    await tabs[0]?.logout();
    await w.pass(1);
    expect(tabs.map(({ session }) => session?.user.email)).toEqual([undefined, people[1]?.email]);
  });

  test('with a storage each do not become what another is whose storage is full, nor log out when one has room', async () => {
    const w = await world();
    const [bob, ann] = [someone(), someone()];
    const roomy = w.tab();
    const full = w.tab({
      storage: { ...separateStorage(), setItem: () => Promise.reject(new Error('Quota')) },
    });
    await roomy.signup(bob);
    await w.settle();
    w.clock.advance(2);
    await full.signup(ann);
    await w.pass(1);
    const emails = () => [full, roomy].map(({ session }) => session?.user.email);
    expect(emails()).toEqual([ann.email, bob.email]);
    for (const tab of [roomy, full, roomy]) {
      w.clock.advance(400);
      await tab.ask('{ me { id } }');
      await w.pass(1);
      expect(emails()).toEqual([ann.email, bob.email]);
    }
    expect([full, roomy].flatMap(({ events }) => outs(events))).toEqual([]);
  });

  test('that see late what another has stored do not wipe who has logged in again', async () => {
    const { w, tab } = await loggedIn();
    const [key, old] = Object.entries(w.storage.kept)[0] as [string, string];
    let isLate = true;
    let free = (): void => undefined;
    const busy = new Promise<void>((resolve) => (free = resolve));
    const late: AuthStorage = {
      ...w.storage,
      getItem: (name) => busy.then(() => (isLate ? old : w.storage.getItem(name))),
    };
    const other = w.tab({ storage: late });
    await tab.logout();
    const account = someone();
    await tab.signup(account);
    await w.settle();
    free();
    await w.settle();
    isLate = false;
    await w.pass(1);
    expect(w.storage.kept).toHaveProperty([key], expect.stringContaining(account.email));
    for (const { session } of [tab, other]) {
      expect(session).toMatchObject({ user: { email: account.email } });
    }
    expect(outs(tab.events)).toHaveLength(1);
  });

  test('with a storage each wipe what has ended in another', async () => {
    const { w, tab } = await loggedIn();
    const copy = separateStorage(w.storage.kept);
    const duplicate = w.tab({ storage: copy });
    await tab.logout();
    await w.pass(1);
    expect([duplicate.session, copy.kept]).toEqual([null, {}]);
  });

  test('say why a session has ended, though its storage is seen to be empty before that is told', async () => {
    // A browser may tell of the storage before it delivers a message that was sent earlier.
    const heard: ((event: { type: string }) => void)[] = [];
    const globals = globalThis as Record<string, unknown>;
    globals['addEventListener'] = (type: string, listen: (typeof heard)[0]) =>
      type === 'storage' && heard.push(listen);
    try {
      const { w, tab } = await loggedIn();
      const other = w.tab();
      w.storage.removeItem = (key) => {
        delete w.storage.kept[key];
        for (const listen of heard) listen({ type: 'storage' });
      };
      w.fault = ({ field, pass }) =>
        field === 'refreshToken' ? answer('ACCOUNT_DISABLED') : pass();
      w.clock.advance(400);
      await tab.ask('{ me { id } }');
      await w.pass(1);
      for (const each of [tab, other]) expect(each.endReason).toBe('ACCOUNT_DISABLED');
    } finally {
      delete globals['addEventListener'];
    }
  });
});

describe('a logout', () => {
  test('of what is still being read from the storage stands', async () => {
    const { w } = await loggedIn();
    const storage: AuthStorage = {
      getItem: async (key) => w.storage.getItem(key),
      setItem: async (key, text) => w.storage.setItem(key, text),
      removeItem: async (key) => w.storage.removeItem(key),
    };
    const tab = w.tab({ storage });
    expect(await tab.logout()).toEqual({ ok: true, revokedSessions: 1 });
    await w.settle();
    expect([tab.session, w.storage.kept]).toEqual([null, {}]);
  });

  test.each([
    ['before the server has seen it', true],
    ['with the answer on its way', false],
  ])('during a refresh discards its result, %s', async (_, isBefore) => {
    const { w, tab } = await loggedIn();
    const other = w.tab();
    w.clock.advance(400);
    const { fault, there, release } = holding('refreshToken', isBefore);
    w.fault = fault;
    const asked = tab.ask('{ me { id } }');
    await there;
    const answer = await tab.logout();
    release();
    expect(await asked).toEqual({ data: { me: null } });
    await w.settle();
    expect(answer).toEqual({ ok: true, revokedSessions: 1 });
    for (const each of [tab, other]) {
      expect(each.session).toBe(null);
      expect(outs(each.events)).toEqual([{ type: 'out', reason: 'LOGGED_OUT' }]);
    }
    expect(w.storage.kept).toEqual({});
  });

  test('in another tab during a refresh discards its result', async () => {
    const { w, tab } = await loggedIn();
    const other = w.tab();
    w.clock.advance(400);
    const { fault, there, release } = holding('refreshToken');
    w.fault = fault;
    const asked = tab.ask('{ me { id } }');
    await there;
    // The message comes too late, the storage tells.
    await other.logout();
    release();
    await asked;
    await w.settle();
    expect([tab.session, w.storage.kept]).toEqual([null, {}]);
  });

  test('during a login discards it, and ends its session', async () => {
    const { w, tab, email } = await loggedIn();
    const { fault, there, release } = holding('login');
    w.fault = fault;
    const login = tab.login({ email, password: someone().password });
    await there;
    await tab.logout();
    release();
    expect(await login).toMatchObject({ ok: false, problem: { code: 'CANCELLED' } });
    await w.settle();
    expect([tab.session, w.storage.kept, w.count('logout')]).toEqual([null, {}, 2]);
    const again = w.tab();
    await again.login({ email, password: someone().password });
    expect((await again.ask('{ sessions { id } }')).data.sessions).toHaveLength(1);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])(
    'that comes %d turns after a refresh began leaves nothing behind',
    async (turns) => {
      const { w, tab } = await loggedIn();
      const slow = slowStorage(w.storage);
      const other = w.tab({ storage: slow });
      w.clock.advance(400);
      const asked = Promise.all([other.ask('{ me { id } }'), tab.ask('{ me { id } }')]);
      for (let turn = 0; turn < turns * 2; turn++) await new Promise((go) => setImmediate(go));
      await other.logout();
      await asked.catch(() => undefined);
      await w.settle();
      expect([tab.session, other.session, w.storage.kept]).toEqual([null, null, {}]);
    },
  );

  test('counts here where the server cannot be reached', async () => {
    const { w, tab } = await loggedIn();
    w.fault = () => Promise.reject(new TypeError('offline'));
    expect(await tab.logout()).toMatchObject({ ok: false, problem: { code: 'NO_ANSWER' } });
    expect([tab.session, w.storage.kept]).toEqual([null, {}]);
  });

  test('with cookies, that is answered late does not delete the cookies of a new login', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const it = await hidden((body) => body.includes('logout(') && released);
    let tail: Promise<unknown> = Promise.resolve();
    const exclusively = <Result>(act: () => Promise<Result>): Promise<Result> => {
      const done = tail.then(act);
      tail = done.catch(() => undefined);
      return done;
    };
    const tab = it.w.tab({ storage: { ...it.storage, exclusively }, fetch: it.fetch });
    const out = tab.logout();
    expect(tab.session).toBe(null);
    const entered = tab.login({ ...someone(), email: it.email });
    setTimeout(release, 300);
    expect(await out).toEqual({ ok: true, revokedSessions: 1 });
    expect(await entered).toMatchObject({ ok: true });
    expect(await tab.ask('{ me { email } }')).toEqual({ data: { me: { email: it.email } } });
  });

  test('of all sessions during a refresh ends them all', async () => {
    const { w, tab, email } = await loggedIn();
    const elsewhere = w.tab({ storage: memoryStorage() });
    await elsewhere.login({ email, password: someone().password });
    w.clock.advance(280);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    w.fault = async ({ field, pass, park }) => {
      const response = await pass();
      if (field === 'refreshToken') await park(released);
      return response;
    };
    void tab.getAccessToken();
    await w.settle();
    expect(await tab.logout({ allSessions: true })).toEqual({ ok: true, revokedSessions: 2 });
    w.fault = null;
    release();
    expect(await elsewhere.ask('{ sessions { id } }')).toMatchObject({ errors: [{}] });
  });

  test('of all sessions is asked with the pair that lives', async () => {
    const { w, tab, email } = await loggedIn();
    const elsewhere = w.tab({ storage: memoryStorage() });
    await elsewhere.login({ email, password: someone().password });
    w.clock.advance(250);
    await w.tab().getAccessToken();
    expect(await tab.logout({ allSessions: true })).toEqual({ ok: true, revokedSessions: 2 });
  });
});

describe('a new login', () => {
  test.each([
    ['here', false],
    ['in another tab', true],
  ])('during a refresh of the old session wins, %s', async (_, isElsewhere) => {
    const { w, tab } = await loggedIn();
    const other = w.tab();
    w.clock.advance(400);
    const { fault, there, release } = holding('refreshToken');
    w.fault = fault;
    const asked = tab.ask('{ me { email } }');
    await there;
    const account = someone();
    await (isElsewhere ? other : tab).signup(account);
    release();
    expect(await asked).toEqual({ data: { me: { email: account.email } } });
    await w.settle();
    for (const each of [tab, other, w.tab()]) {
      expect(each.session).toMatchObject({ user: { email: account.email } });
    }
  });

  test.each([
    ['here', false],
    ['in another tab', true],
  ])('is not charged with a mutation that waited for a refresh, %s', async (_, isElsewhere) => {
    const { w, tab } = await loggedIn();
    const other = w.tab();
    w.clock.advance(400);
    const { fault, there, release } = holding('refreshToken');
    w.fault = fault;
    const asked = tab.ask('mutation { revokeOtherSessions }').catch((error: unknown) => error);
    await there;
    await (isElsewhere ? other : tab).signup(someone());
    release();
    expect(await asked).toMatchObject({ name: 'AuthClientError', problem: { code: 'CANCELLED' } });
    expect(w.count('revokeOtherSessions')).toBe(0);
  });

  test('gets no password of the session before that waited for a refresh', async () => {
    const { w, tab } = await loggedIn();
    w.clock.advance(400);
    const { fault, there, release } = holding('refreshToken');
    w.fault = fault;
    const changed = tab.changePassword(passwords);
    await there;
    await tab.signup(someone());
    release();
    expect(await changed).toEqual({
      ok: false,
      problem: { code: 'CANCELLED', message: 'CANCELLED' },
    });
    expect(w.count('changePassword')).toBe(0);
  });

  test('is not the one for which something without a body is deleted', async () => {
    const { w, tab } = await loggedIn();
    w.clock.advance(400);
    const { fault, there, release } = holding('refreshToken');
    w.fault = fault;
    const deleted = tab.fetch(tab.url, { method: 'DELETE' }).catch((error: unknown) => error);
    await there;
    await tab.signup(someone());
    release();
    expect(await deleted).toMatchObject({ problem: { code: 'CANCELLED' } });
  });

  test('is not charged with what was refused to the session before', async () => {
    const { w, tab } = await loggedIn();
    await w.makeStale(tab.session?.user.id as string);
    const { fault, there, release } = holding('revokeOtherSessions');
    w.fault = fault;
    const asked = tab.ask('mutation { revokeOtherSessions }');
    await there;
    await tab.signup(someone());
    release();
    expect(await asked).toMatchObject({ errors: [{ extensions: { reason: 'TOKEN_STALE' } }] });
    expect(w.count('revokeOtherSessions')).toBe(1);
  });

  test('of which it is not known yet whose it is gets what was asked with its cookies', async () => {
    const { w, tab, storage, fetch } = await hidden();
    const [key, text] = [`gatehouse ${w.url}`, await storage.getItem(`gatehouse ${w.url}`)];
    await storage.setItem(key, JSON.stringify({ ...JSON.parse(text as string), sid: '' }));
    const other = w.tab({ storage, fetch });
    w.clock.advance(400);
    expect(other.session).toBe(undefined);
    expect(await other.ask('mutation { revokeOtherSessions }')).toEqual({
      data: { revokeOtherSessions: 0 },
    });
    expect(other.session).toMatchObject({ id: tab.session?.id });
  });

  test('wins also when the old refresh ends in a refusal', async () => {
    const { w, tab } = await loggedIn();
    w.clock.advance(400);
    const { fault, there, release } = holding('refreshToken', true);
    w.fault = fault;
    const asked = tab.ask('{ me { email } }');
    await there;
    const account = someone();
    await w.tab().signup(account);
    w.fault = null;
    await w.settle();
    release();
    await asked;
    expect(tab.session).toMatchObject({ user: { email: account.email } });
    expect(outs(tab.events)).toEqual([]);
  });
});

describe('a storage', () => {
  test('may answer by promises', async () => {
    const w = await world();
    const slow = slowStorage(w.storage);
    const tab = w.tab({ storage: slow });
    expect(tab.session).toBe(undefined);
    await tab.ready;
    expect(tab.session).toBe(null);
    await tab.signup(someone());
    const reloaded = w.tab({ storage: slow });
    expect(reloaded.session).toBe(undefined);
    expect(await reloaded.ask('{ me { id } }')).toMatchObject(isIn);
    w.clock.advance(400);
    expect(await reloaded.ask('{ me { id } }')).toMatchObject(isIn);
  });

  test('that answers at once makes a reload no logout, from the first moment on', async () => {
    const { w, email } = await loggedIn();
    expect(w.tab().session).toMatchObject({ user: { email } });
  });

  test('that always throws logs nobody out while the page is open', async () => {
    const broken = (): never => {
      throw new Error('The storage is disabled.');
    };
    const w = await world();
    const tab = w.tab({ storage: { getItem: broken, setItem: broken, removeItem: broken } });
    await tab.signup(someone());
    for (let round = 0; round < 5; round++) {
      w.clock.advance(400);
      expect(await tab.ask('{ me { id } }')).toMatchObject(isIn);
    }
    expect(tab.events).toContainEqual({ type: 'failed', error: expect.any(Error) });
    expect(outs(tab.events)).toEqual([]);
  });

  test('that rejects is as one that throws', async () => {
    const broken = () => Promise.reject(new Error('The storage is gone.'));
    const w = await world();
    const tab = w.tab({ storage: { getItem: broken, setItem: broken, removeItem: broken } });
    await tab.signup(someone());
    w.clock.advance(400);
    expect(await tab.ask('{ me { id } }')).toMatchObject(isIn);
  });

  test('that is full for a time logs out no tab, and leaves no spent pair behind', async () => {
    const { w, tab } = await loggedIn();
    let isFull = false;
    const storage: AuthStorage = {
      ...w.storage,
      setItem(key, value) {
        if (isFull) throw new Error('QuotaExceededError');
        w.storage.setItem(key, value);
      },
    };
    const [full, other] = [w.tab({ storage }), w.tab()];
    isFull = true;
    for (let round = 0; round < 4; round++) {
      w.clock.advance(400);
      expect(await full.ask('{ me { id } }')).toMatchObject(isIn);
      await w.settle();
      expect(w.storage.kept).toEqual({});
      for (const each of [tab, other]) expect(await each.ask('{ me { id } }')).toMatchObject(isIn);
    }
    isFull = false;
    w.clock.advance(400);
    await full.ask('{ me { id } }');
    await w.settle();
    expect(Object.keys(w.storage.kept)).toHaveLength(1);
    w.clock.advance(400);
    for (const each of [w.tab(), tab, other]) {
      expect(await each.ask('{ me { id } }')).toMatchObject(isIn);
    }
    expect([tab, full, other].flatMap(({ events }) => outs(events))).toEqual([]);
  });

  test('that makes room when it is wiped keeps the new pair', async () => {
    const { w } = await loggedIn();
    const storage: AuthStorage = {
      ...w.storage,
      setItem(key, value) {
        if (key in w.storage.kept) throw new Error('QuotaExceededError');
        w.storage.setItem(key, value);
      },
    };
    const tab = w.tab({ storage });
    w.clock.advance(400);
    await tab.ask('{ me { id } }');
    expect(Object.values(w.storage.kept).join()).toContain(await tab.getAccessToken());
    expect(tab.events.filter(({ type }) => type === 'failed')).toEqual([]);
  });

  test.each(['', 'null', '{', '5', '"x"', '[]', '{}', '{"sid":"a"}'])(
    'that holds %j holds nobody',
    async (text) => {
      const { w } = await loggedIn();
      for (const key of Object.keys(w.storage.kept)) w.storage.kept[key] = text;
      expect(w.tab().session).toBe(null);
    },
  );

  test('is asked for no other server’s pair', async () => {
    const { w } = await loggedIn();
    expect(w.tab({ url: 'http://127.0.0.1:9/graphql' }).session).toBe(null);
  });

  test('by default is memory in Node, of this client alone', async () => {
    const { w } = await loggedIn({}, { storage: undefined as never });
    expect(w.storage.kept).toEqual({});
    expect(w.tab({ storage: undefined as never }).session).toBe(null);
  });
});

describe('a client', () => {
  test('that is disposed of leaves no timer, renews nothing, and logs nobody out', async () => {
    const { w, tab } = await loggedIn();
    await tab.dispose();
    await w.pass(1000);
    expect(w.count('refreshToken')).toBe(0);
    await expect(tab.ask('{ me { id } }')).rejects.toMatchObject({
      problem: { code: 'CANCELLED' },
    });
    expect(await w.tab().ask('{ me { id } }')).toMatchObject(isIn);
  });

  test.each([
    ['is answered', null],
    ['fails', 'SERVICE_UNAVAILABLE'],
  ])(
    'that is disposed of while a refresh %s afterwards renews nothing any more',
    async (_, code) => {
      const { w, tab } = await loggedIn();
      w.clock.advance(280);
      const { fault, there, release } = holding('refreshToken');
      const refused = () => answer(code ?? '', {}, 503);
      w.fault = (request) => fault(code === null ? request : { ...request, pass: refused });
      const asked = tab.ask('{ me { id } }').catch(() => undefined);
      await there;
      const down = tab.dispose();
      release();
      let isOver = false;
      void Promise.all([asked, down]).then(() => (isOver = true));
      // On a busy machine what is released may come only after the time that has passed, and wait for more.
      for (let round = 0; round < 20 && !isOver; round++) await w.pass(10);
      expect(isOver).toBe(true);
      const sent = w.sent.length;
      w.fault = null;
      await w.pass(3600);
      expect(w.sent).toHaveLength(sent);
    },
  );

  test('that is disposed of hears nothing any more', async () => {
    const { w } = await loggedIn();
    const heard: ((event: { type: string }) => void)[] = [];
    const globals = globalThis as Record<string, unknown>;
    globals['addEventListener'] = (_: string, listen: (typeof heard)[0]) => heard.push(listen);
    try {
      const other = w.tab({ storage: memoryStorage() });
      const stored = w.tab();
      await Promise.all([other.ready, stored.ready]);
      for (const key of Object.keys(w.storage.kept)) delete w.storage.kept[key];
      for (const listen of heard) listen({ type: 'storage' });
      const before = stored.events.length;
      await stored.dispose();
      await w.pass(1);
      expect(stored.events).toHaveLength(before);
    } finally {
      delete globals['addEventListener'];
    }
  });

  test('that is disposed of during a refresh tries it no second time', async () => {
    const { w, tab } = await loggedIn();
    w.clock.advance(400);
    let tries = 0;
    w.fault = ({ field, pass }) => {
      if (field !== 'refreshToken') return pass();
      tries += 1;
      return 'hang';
    };
    const asked = tab.ask('{ me { id } }').catch((error: unknown) => error);
    await w.settle();
    const gone = tab.dispose();
    await w.pass(60);
    await gone;
    expect(await asked).toMatchObject({ name: 'AuthClientError' });
    expect(tries).toBe(1);
  });

  test('tells its listeners of every change, until they leave', async () => {
    const { w, tab } = await loggedIn();
    const seen: unknown[] = [];
    const leave = tab.subscribe(() => seen.push(tab.session?.accessExpiresAt ?? null));
    w.clock.advance(400);
    await tab.ask('{ me { id } }');
    await tab.logout();
    leave();
    await tab.signup(someone());
    expect(seen).toEqual([w.clock.now() + 300_000, null]);
  });

  test('tells a listener that leaves and comes again once of each change', async () => {
    const { tab } = await loggedIn();
    let times = 0;
    const once = (): void => {
      const leave = tab.subscribe(() => {
        leave();
        if (++times < 100) once();
      });
    };
    once();
    await tab.logout();
    expect(times).toBe(1);
  });

  test('tells a listener that came twice and has left once', async () => {
    const { tab } = await loggedIn();
    let heard = 0;
    const listener = () => void (heard += 1);
    const leave = tab.subscribe(listener);
    tab.subscribe(listener);
    leave();
    leave();
    await tab.logout();
    expect(heard).toBe(1);
  });

  test('on the server hands its pair over, spent once', async () => {
    const w = await world();
    const onServer = memoryStorage();
    const server = w.tab({ storage: onServer });
    const account = someone();
    await server.signup(account);
    w.clock.advance(280);
    const { fault, there, release } = holding('refreshToken');
    w.fault = fault;
    // A refresh in the air is waited for.
    const used = server.ask('{ me { id } }');
    await there;
    const handing = handOver(server, onServer);
    release();
    await used;
    const text = await handing;
    expect(await onServer.getItem(`gatehouse ${w.url}`)).toBe(null);

    await takeOver(w.url, text, w.storage);
    const browser = w.tab({ clock: { now: () => Date.now() } });
    expect(browser.session).toMatchObject({ user: { email: account.email } });
    expect(await browser.ask('{ me { id } }')).toMatchObject(isIn);
    expect(w.count('refreshToken')).toBe(1);
    // A page that comes again from the history has nothing new.
    const kept = { ...w.storage.kept };
    await takeOver(w.url, text, w.storage);
    expect(Object.keys(w.storage.kept)).toEqual(Object.keys(kept));
    expect(await handOver(w.tab({ storage: memoryStorage() }), memoryStorage())).toBe(null);
    await takeOver(w.url, null, w.storage);
  });
});

/** Answers what it held when it was made, until it is thawed. */
function frozen(storage: AuthStorage & { kept: Record<string, string> }): AuthStorage {
  const held = { ...storage.kept };
  let isFrozen = true;
  thawing.push(() => (isFrozen = false));
  return {
    isPrivate: true,
    getItem: (key) => (isFrozen ? (held[key] ?? null) : storage.getItem(key)),
    setItem: (key, value) => storage.setItem(key, value),
    removeItem: (key) => storage.removeItem(key),
  };
}
/** The same as a browser may show it to one of two tabs: what the other has stored comes later, its own at once. */
function lagging(storage: AuthStorage & { kept: Record<string, string> }): AuthStorage {
  return { ...frozen(storage), isPrivate: false };
}
const thawing: (() => void)[] = [];
const thaw = (_: unknown): void => thawing.splice(0).forEach((each) => each());

function slowStorage(storage: AuthStorage): AuthStorage {
  const later = () => new Promise((resolve) => setTimeout(resolve, 1));
  return {
    getItem: (key) => later().then(() => storage.getItem(key)),
    setItem: (key, value) => later().then(() => storage.setItem(key, value)),
    removeItem: (key) => later().then(() => storage.removeItem(key)),
  };
}
