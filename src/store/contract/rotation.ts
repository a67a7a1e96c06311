import { matches, same } from './assert.js';
import { HOUR } from '../../time.js';
import type { Case } from './case.js';
import { AUDIT, AWAY, HOME, REUSE_INTERVAL, type Given } from './given.js';

const OUTSIDE = REUSE_INTERVAL / 1000 + 1;

/** A user `ada` with one session `s`. */
export async function start(given: Given): Promise<Given> {
  await given.user('ada');
  await given.session('s', 'ada');
  return given;
}

/** Marks generation as used and waits until that is written. */
async function use({ store, clock }: Given, generation: number): Promise<void> {
  store.markUsed('s', generation, clock.now());
  await store.recordEvent(AUDIT);
}

export const rotationCases: readonly Case[] = [
  {
    name: 'the present generation is rotated',
    async run(given) {
      const { rotate, row, clock, store } = await start(given);
      clock.advance(10);
      const outcome = await rotate('s', 0, { origin: AWAY });
      const session = await row('s');
      matches(session, {
        generation: 1,
        parent: 0,
        usedGeneration: 0,
        rotatedAt: clock.now(),
        rotatedAddress: AWAY.address,
        rotatedUserAgent: AWAY.userAgent,
        ipAddress: HOME.address,
      });
      matches(outcome, { kind: 'rotated', session, now: clock.now() });
      matches(outcome, { user: { id: 'ada' }, grants: { roles: [] } });
      matches((await store.auditEvents({ event: 'refresh', limit: 9 }))[0], {
        userId: 'ada',
        sessionId: 's',
        ipAddress: AWAY.address,
        details: { outcome: 'rotated', generation: 1 },
      });
    },
  },

  ...[0, OUTSIDE - 1].map((seconds): Case => ({
    name: `the parent is repeated ${seconds} s later`,
    async run(given) {
      const { rotate, row, clock, store } = await start(given);
      await rotate('s', 0);
      const before = await row('s');
      clock.advance(seconds);
      matches(await rotate('s', 0, { origin: AWAY }), {
        kind: 'repeated',
        session: before,
      });
      same(await row('s'), before);
      const [event] = await store.auditEvents({ event: 'refresh', limit: 1 });
      matches(event?.details, {
        outcome: 'repeated',
        generation: 1,
        sameAddress: false,
        sameUserAgent: false,
      });
    },
  })),

  {
    name: 'the parent is repeated where the clock was set back by less than the window',
    async run(given) {
      const { rotate, clock } = await start(given);
      await rotate('s', 0);
      clock.advance(-REUSE_INTERVAL / 1000);
      same((await rotate('s', 0)).kind, 'repeated');
      clock.advance(-1);
      same((await rotate('s', 0)).kind, 'replaced');
    },
  },

  {
    name: 'the parent outside the window is replaced while nobody used the pair after it',
    async run(given) {
      const { rotate, row, clock } = await start(given);
      await rotate('s', 0);
      clock.advance(OUTSIDE);
      same((await rotate('s', 0)).kind, 'replaced');
      matches(await row('s'), { generation: 2, parent: 0, rotatedAt: clock.now() });
      // The pair of generation 1, which nobody used, is dead; who holds it is not its owner.
      same((await rotate('s', 1)).kind, 'reused');
    },
  },

  {
    name: 'the parent outside the window is reused once the pair after it is in use',
    async run(given) {
      const { rotate, row, clock, store } = await start(given);
      await rotate('s', 0);
      await use(given, 1);
      clock.advance(OUTSIDE);
      same(await rotate('s', 0, { origin: AWAY }), { kind: 'reused' });
      matches(await row('s'), { revokedAt: clock.now(), revokedCause: 'reused' });
      const [event] = await store.auditEvents({ event: 'refresh_reused', limit: 1 });
      matches(event, {
        sessionId: 's',
        ipAddress: AWAY.address,
        details: { presented: 0, generation: 1, parent: 0, cause: 'successor_used' },
      });
    },
  },

  {
    name: 'a use that is still on its way counts before a rotation',
    async run(given) {
      const { rotate, store, clock } = await start(given);
      await rotate('s', 0);
      clock.advance(OUTSIDE);
      store.markUsed('s', 1, clock.now());
      same((await rotate('s', 0)).kind, 'reused');
    },
  },

  {
    name: 'a generation from the future is followed',
    async run(given) {
      const { rotate, row, clock } = await start(given);
      clock.advance(5);
      same((await rotate('s', 7)).kind, 'ahead');
      matches(await row('s'), {
        generation: 8,
        parent: 7,
        usedGeneration: 0,
        rotatedAt: clock.now(),
      });
      same((await rotate('s', 7)).kind, 'repeated');
      same((await rotate('s', 8)).kind, 'rotated');
    },
  },

  {
    name: 'an older generation is reused, and only the first replay says so',
    async run(given) {
      const { rotate, store } = await start(given);
      await given.session('other', 'ada');
      await rotate('s', 0);
      await rotate('s', 1);
      same((await rotate('s', 0)).kind, 'reused');
      same((await rotate('s', 0)).kind, 'revoked');
      same((await rotate('s', 2)).kind, 'revoked');
      same((await store.auditEvents({ event: 'refresh_reused', limit: 9 })).length, 1);
      same((await rotate('other', 0)).kind, 'rotated');
    },
  },

  {
    name: 'an interval of 0 neither repeats nor replaces',
    async run(given) {
      const { rotate, store } = await start(given);
      const strict = { reuseInterval: 0 };
      same((await rotate('s', 0, strict)).kind, 'rotated');
      same((await rotate('s', 0, strict)).kind, 'reused');
      const [event] = await store.auditEvents({ event: 'refresh_reused', limit: 1 });
      matches(event?.details, { cause: 'strict' });
    },
  },

  {
    name: 'a sliding session ends later after each step, but not after a repetition',
    async run(given) {
      const { rotate, row, clock } = await start(given);
      const slide = (now: number, createdAt: number): number =>
        Math.min(now + HOUR, createdAt + 2 * HOUR);
      clock.advance(1800);
      await rotate('s', 0, { slide });
      const end = clock.now() + HOUR;
      same((await row('s'))?.expiresAt, end);
      clock.advance(10);
      matches(await rotate('s', 0, { slide }), {
        kind: 'repeated',
        session: { expiresAt: end },
      });
      clock.advance(3580);
      matches(await rotate('s', 1, { slide }), {
        kind: 'rotated',
        session: { expiresAt: end - 1800_000 + HOUR },
      });
    },
  },

  {
    name: 'a hundred at once are one step ahead together',
    async run(given) {
      const { rotate, row } = await start(given);
      const outcomes = await Promise.all(Array.from({ length: 100 }, () => rotate('s', 0)));
      same(outcomes.filter(({ kind }) => kind === 'rotated').length, 1);
      same(outcomes.filter(({ kind }) => kind === 'repeated').length, 99);
      matches(await row('s'), { generation: 1, parent: 0 });
    },
  },
];
