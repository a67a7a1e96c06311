import { describe, expect, test } from '@jest/globals';
import { createAuthClient, memoryStorage, type AuthEvent } from '../../src/client/index.js';
import { testClock } from '../support/clock.js';
import { payload } from './payload.js';

const url = 'https://api.example/graphql';

async function quiet() {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

/** A client whose server answers what it is told, and whose timers only the test lets go off. */
function client(answers: () => object) {
  const clock = testClock();
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const events: AuthEvent[] = [];
  let asked = 0;
  const made = createAuthClient({
    url,
    storage: memoryStorage(),
    clock: {
      now: () => clock.now(),
      steady: () => clock.now(),
      setTimeout(run, milliseconds) {
        const timer = { at: clock.now() + milliseconds, run };
        timers.add(timer);
        return timer;
      },
      clearTimeout: (timer: never) => void timers.delete(timer),
    },
    fetch: async () => {
      asked += 1;
      return Response.json(answers());
    },
    onEvent: (event) => void events.push(event),
  });
  return {
    client: made,
    events,
    serverTime: () => new Date(clock.now()).toISOString(),
    /** Lets so many seconds pass. Answers how often timers went off, and how often the server was asked. */
    async pass(seconds: number) {
      await quiet();
      const before = asked;
      const end = clock.now() + seconds * 1000;
      for (let count = 0; ; count++) {
        const next = [...timers].sort((a, b) => a.at - b.at)[0];
        // A timer of NaN milliseconds goes off at once in every platform.
        if (next === undefined || next.at > end || count > 1000) {
          clock.set(end);
          return { timers: count, asked: asked - before };
        }
        timers.delete(next);
        clock.set(Number.isNaN(next.at) ? clock.now() + 1 : Math.max(next.at, clock.now()));
        next.run();
        await quiet();
      }
    },
  };
}

const malformed: [string, Record<string, unknown>][] = [
  ['no session', { session: undefined }],
  ['no serverTime', { serverTime: undefined }],
  ['a serverTime that is no time', { serverTime: 'yesterday' }],
  ['no accessTokenExpiresIn', { accessTokenExpiresIn: undefined }],
];

describe('a payload that is none', () => {
  test.each(malformed)('of a login, with %s, is NO_ANSWER', async (_, wrong) => {
    const it = client(() => ({ data: { result: payload(wrong) } }));
    expect(await it.client.login({ email: 'ann@example.com', password: 'x' })).toMatchObject({
      ok: false,
      problem: { code: 'NO_ANSWER', status: 200 },
    });
    expect(it.client.session).toBe(null);
    expect(await it.pass(60)).toEqual({ timers: 0, asked: 0 });
    void it.client.dispose();
  });

  test.each(malformed)('of a mutation of your own, with %s, changes nothing', async (_, wrong) => {
    const it = client(() => ({}));
    await expect(it.client.adopt(payload(wrong) as never)).rejects.toThrow(TypeError);
    expect([it.client.session, it.events]).toEqual([null, []]);
    void it.client.dispose();
  });

  test.each(malformed)(
    'of a refresh, with %s, makes no storm, and ends nothing',
    async (_, wrong) => {
      const it = client(() => ({ data: { result: payload(wrong) } }));
      await it.client.adopt(payload({ serverTime: it.serverTime() }) as never);
      await it.pass(300);
      const { timers, asked: sent } = await it.pass(600);
      // Three tries each time, a minute apart at last.
      expect(sent).toBeGreaterThan(10);
      expect(sent).toBeLessThan(80);
      expect(timers).toBeLessThan(200);
      expect(it.client.session).toMatchObject({ id: 's' });
      const asked = it.client.getAccessToken().catch((error: unknown) => error);
      await it.pass(5);
      expect(await asked).toMatchObject({
        name: 'AuthClientError',
        problem: { code: 'NO_ANSWER', status: 200 },
      });
      void it.client.dispose();
    },
  );
});

test('a retryAfter that is no number makes no storm', async () => {
  const extensions = { code: 'RATE_LIMITED', retryAfter: 'soon' };
  const it = client(() => ({ data: null, errors: [{ message: 'No.', extensions }] }));
  await it.client.adopt(payload({ serverTime: it.serverTime() }) as never);
  await it.pass(300);
  const { timers, asked } = await it.pass(600);
  expect(asked).toBeGreaterThan(3);
  expect(Math.max(asked, timers)).toBeLessThan(100);
  expect(it.client.session).toMatchObject({ id: 's' });
  void it.client.dispose();
});
