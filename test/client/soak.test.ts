import { expect, test } from '@jest/globals';
import { loggedIn, type Tab, type World } from './world.js';

/** `SOAK_LIFETIMES=200 npm test -- test/client/soak` runs the long form. */
const lifetimes = Number(process.env['SOAK_LIFETIMES'] ?? 12);
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 100_000);
const TABS = 10;
const LIFETIME = 300;
const DAY = 86_400;

/** Mulberry32: the same seed, the same faults. */
function randomOf(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function injectFaults(w: World, random: () => number): Record<string, number> {
  const counts = { lost: 0, unavailable: 0, hanging: 0, restarts: 0, jumps: 0, reloads: 0 };
  w.fault = ({ pass }) => {
    const dice = random();
    if (dice < 0.05) {
      counts.lost += 1;
      return pass().then(() => Promise.reject(new TypeError('The answer was lost.')));
    }
    if (dice < 0.1) {
      counts.unavailable += 1;
      return Promise.resolve(new Response('Unavailable', { status: 503 }));
    }
    if (dice < 0.11) {
      counts.hanging += 1;
      return 'hang';
    }
    return pass();
  };
  return counts;
}

test(
  `ten tabs, ${lifetimes} lifetimes, faults of every kind: nobody is logged out (SOAK_SEED=${seed})`,
  async () => {
    const random = randomOf(seed);
    const { w, tab } = await loggedIn();
    const tabs: Tab[] = [tab, ...Array.from({ length: TABS - 1 }, () => w.tab())];
    const all = [...tabs];
    const counts = injectFaults(w, random);
    let [asked, answered] = [0, 0];
    const end = w.clock.now() + lifetimes * LIFETIME * 1000;
    while (w.clock.now() < end) {
      await w.pass(20 + random() * 80);
      // A tab in the background hears and does nothing for a while: its timers are late.
      if (random() < 0.1) w.clock.advance(Math.floor(random() * 2 * LIFETIME));
      const pick = () => Math.floor(random() * TABS);
      for (let count = 0; count < 3; count++) {
        asked += 1;
        // What hangs hangs for the application, too.
        void (tabs[pick()] as Tab).ask('{ me { id } }').then(
          ({ data }) => (answered += data?.me?.id === tab.session?.user.id ? 1 : 0),
          () => undefined,
        );
      }
      if (random() < 0.02) {
        counts['restarts']! += 1;
        await w.settle();
        await w.restart();
      }
      if (random() < 0.03) {
        counts['jumps']! += 1;
        w.stepClock((random() - 0.5) * 2 * DAY);
      }
      if (random() < 0.05) {
        counts['reloads']! += 1;
        const index = pick();
        void (tabs[index] as Tab).dispose();
        all.push((tabs[index] = w.tab()));
      }
    }
    w.fault = null;
    await w.pass(2 * LIFETIME);
    for (const each of tabs) {
      expect(await each.ask('{ me { id } }')).toMatchObject({
        data: { me: { id: each.session?.user.id } },
      });
    }
    expect(all.flatMap(({ events }) => events.filter(({ type }) => type === 'out'))).toEqual([]);
    const codes = new Set(w.sent.map(({ code }) => code));
    codes.delete('');
    codes.delete('UNAUTHENTICATED TOKEN_EXPIRED');
    expect([...codes]).toEqual([]);
    // Of the others the answer was lost, or the network was down.
    expect(answered / asked).toBeGreaterThan(0.8);
    const expired = w.sent.filter(({ code }) => code !== '').length;
    if (process.env['SOAK_LIFETIMES']) {
      console.log({
        seed,
        asked,
        answered,
        expired,
        refreshes: w.count('refreshToken'),
        ...counts,
      });
    }
  },
  Math.max(60_000, lifetimes * 3000),
);
