import { expect, test } from '@jest/globals';
import { HOUR, MINUTE } from '../../../src/time.js';
import { AUDIT, AWAY, HOME, REUSE_INTERVAL, type Given } from './given.js';

const OUTSIDE = REUSE_INTERVAL / 1000 + 1;

async function start(given: Given): Promise<Given> {
  await given.user('ada');
  await given.session('s', 'ada');
  return given;
}

/** Marks generation as used and waits until that is written. */
async function use({ store, clock }: Given, generation: number): Promise<void> {
  store.markUsed('s', generation, clock.now());
  await store.recordEvent(AUDIT);
}

export function rotationContract(given: () => Given): void {
  test('the present generation is rotated', async () => {
    const { rotate, row, clock, store } = await start(given());
    clock.advance(10);
    const outcome = await rotate('s', 0, { origin: AWAY });
    const session = await row('s');
    expect(session).toMatchObject({
      generation: 1,
      parent: 0,
      usedGeneration: 0,
      rotatedAt: clock.now(),
      rotatedAddress: AWAY.address,
      rotatedUserAgent: AWAY.userAgent,
      ipAddress: HOME.address,
    });
    expect(outcome).toMatchObject({ kind: 'rotated', session, now: clock.now() });
    expect(outcome).toMatchObject({ user: { id: 'ada' }, grants: { roles: [] } });
    expect((await store.auditEvents({ event: 'refresh', limit: 9 }))[0]).toMatchObject({
      userId: 'ada',
      sessionId: 's',
      ipAddress: AWAY.address,
      details: { outcome: 'rotated', generation: 1 },
    });
  });

  test.each([0, OUTSIDE - 1])('the parent is repeated %d s later', async (seconds) => {
    const { rotate, row, clock, store } = await start(given());
    await rotate('s', 0);
    const before = await row('s');
    clock.advance(seconds);
    expect(await rotate('s', 0, { origin: AWAY })).toMatchObject({
      kind: 'repeated',
      session: before,
    });
    expect(await row('s')).toEqual(before);
    const [event] = await store.auditEvents({ event: 'refresh', limit: 1 });
    expect(event?.details).toMatchObject({
      outcome: 'repeated',
      generation: 1,
      sameAddress: false,
      sameUserAgent: false,
    });
  });

  test('the parent is repeated where the clock was set back by less than the window', async () => {
    const { rotate, clock } = await start(given());
    await rotate('s', 0);
    clock.advance(-REUSE_INTERVAL / 1000);
    expect((await rotate('s', 0)).kind).toBe('repeated');
    clock.advance(-1);
    expect((await rotate('s', 0)).kind).toBe('replaced');
  });

  test('the parent outside the window is replaced while nobody used the pair after it', async () => {
    const { rotate, row, clock } = await start(given());
    await rotate('s', 0);
    clock.advance(OUTSIDE);
    expect((await rotate('s', 0)).kind).toBe('replaced');
    expect(await row('s')).toMatchObject({ generation: 2, parent: 0, rotatedAt: clock.now() });
    // The pair of generation 1, which nobody used, is dead; who holds it is not its owner.
    expect((await rotate('s', 1)).kind).toBe('reused');
  });

  test('the parent outside the window is reused once the pair after it is in use', async () => {
    const { rotate, row, clock, store } = await start(given());
    await rotate('s', 0);
    await use(given(), 1);
    clock.advance(OUTSIDE);
    expect(await rotate('s', 0, { origin: AWAY })).toEqual({ kind: 'reused' });
    expect(await row('s')).toMatchObject({ revokedAt: clock.now(), revokedCause: 'reused' });
    const [event] = await store.auditEvents({ event: 'refresh_reused', limit: 1 });
    expect(event).toMatchObject({
      sessionId: 's',
      ipAddress: AWAY.address,
      details: { presented: 0, generation: 1, parent: 0, cause: 'successor_used' },
    });
  });

  test('a use that is still on its way counts before a rotation', async () => {
    const { rotate, store, clock } = await start(given());
    await rotate('s', 0);
    clock.advance(OUTSIDE);
    store.markUsed('s', 1, clock.now());
    expect((await rotate('s', 0)).kind).toBe('reused');
  });

  test('a generation from the future is followed', async () => {
    const { rotate, row, clock } = await start(given());
    clock.advance(5);
    expect((await rotate('s', 7)).kind).toBe('ahead');
    expect(await row('s')).toMatchObject({
      generation: 8,
      parent: 7,
      usedGeneration: 0,
      rotatedAt: clock.now(),
    });
    expect((await rotate('s', 7)).kind).toBe('repeated');
    expect((await rotate('s', 8)).kind).toBe('rotated');
  });

  test('an older generation is reused, and only the first replay says so', async () => {
    const { rotate, store } = await start(given());
    await given().session('other', 'ada');
    await rotate('s', 0);
    await rotate('s', 1);
    expect((await rotate('s', 0)).kind).toBe('reused');
    expect((await rotate('s', 0)).kind).toBe('revoked');
    expect((await rotate('s', 2)).kind).toBe('revoked');
    expect(await store.auditEvents({ event: 'refresh_reused', limit: 9 })).toHaveLength(1);
    expect((await rotate('other', 0)).kind).toBe('rotated');
  });

  test('an interval of 0 neither repeats nor replaces', async () => {
    const { rotate, store } = await start(given());
    const strict = { reuseInterval: 0 };
    expect((await rotate('s', 0, strict)).kind).toBe('rotated');
    expect((await rotate('s', 0, strict)).kind).toBe('reused');
    const [event] = await store.auditEvents({ event: 'refresh_reused', limit: 1 });
    expect(event?.details).toMatchObject({ cause: 'strict' });
  });

  test('a stranger and an unknown session are unknown, and revoke nothing', async () => {
    const { rotate, user, row } = await start(given());
    await user('eve');
    expect(await rotate('s', 0, { userId: 'eve' })).toEqual({ kind: 'unknown' });
    expect(await rotate('nowhere', 0)).toEqual({ kind: 'unknown' });
    expect((await row('s'))?.revokedAt).toBeNull();
  });

  test.each([-1, 0.5, NaN, 2 ** 53])(
    'generation %d is none of ours, and revokes nothing',
    async (p) => {
      const { rotate, row } = await start(given());
      expect(await rotate('s', p)).toEqual({ kind: 'unknown' });
      expect(await row('s')).toMatchObject({ generation: 0, revokedAt: null });
    },
  );

  test('disabled is said before revoked, revoked before ended, ended before the table', async () => {
    const { rotate, clock, store } = await start(given());
    await given().session('ended', 'ada');
    await store.revokeSessions({ by: 'id', id: 's' }, 'logout', AUDIT);
    clock.advance(3600);
    expect(await rotate('s', 0)).toEqual({ kind: 'revoked' });
    expect(await rotate('ended', 0)).toEqual({ kind: 'ended' });
    expect(await rotate('ended', 0, { window: HOUR })).toEqual({ kind: 'ended' });
    const change = { userId: 'ada', expectedChangeNumber: null };
    await store.disableUser(change, AUDIT);
    expect(await rotate('s', 0)).toEqual({ kind: 'disabled' });
    expect(await rotate('ended', 0)).toEqual({ kind: 'disabled' });
    await store.enableUser(change, AUDIT);
    expect(await rotate('s', 0)).toEqual({ kind: 'revoked' });
  });

  test('the window from the login ends a session whose row lives longer', async () => {
    const { rotate, clock } = await start(given());
    clock.advance(59);
    expect((await rotate('s', 0, { window: MINUTE })).kind).toBe('rotated');
    clock.advance(1);
    expect((await rotate('s', 1, { window: MINUTE })).kind).toBe('ended');
    expect((await rotate('s', 1)).kind).toBe('rotated');
  });

  test('a sliding session ends later after each step, but not after a repetition', async () => {
    const { rotate, row, clock } = await start(given());
    const slide = (now: number, createdAt: number): number =>
      Math.min(now + HOUR, createdAt + 2 * HOUR);
    clock.advance(1800);
    await rotate('s', 0, { slide });
    const end = clock.now() + HOUR;
    expect((await row('s'))?.expiresAt).toBe(end);
    clock.advance(10);
    expect(await rotate('s', 0, { slide })).toMatchObject({
      kind: 'repeated',
      session: { expiresAt: end },
    });
    clock.advance(3580);
    expect(await rotate('s', 1, { slide })).toMatchObject({
      kind: 'rotated',
      session: { expiresAt: end - 1800_000 + HOUR },
    });
  });

  test('a hundred at once are one step ahead together', async () => {
    const { rotate, row } = await start(given());
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => rotate('s', 0)));
    expect(outcomes.filter(({ kind }) => kind === 'rotated')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'repeated')).toHaveLength(99);
    expect(await row('s')).toMatchObject({ generation: 1, parent: 0 });
  });
}
