import { expect, test } from '@jest/globals';
import type { KeyRow } from '../../../src/store/store.js';
import { AUDIT, type Given } from './given.js';

const secret = (kid: string, purpose: KeyRow['purpose'], createdAt = 1): KeyRow => ({
  kid,
  purpose,
  algorithm: 'HS256',
  secret: Buffer.from([0, 255, createdAt]),
  publicKey: null,
  createdAt,
  signsFrom: createdAt,
  retiredAt: null,
});

export function keysContract(given: () => Given): void {
  test('keys are made once for each purpose, and can be added and retired', async () => {
    const { store } = given();
    const both = [secret('a', 'access'), secret('r', 'refresh')];
    expect((await store.ensureKeys(both)).map(({ kid }) => kid)).toEqual(['a', 'r']);
    await store.ensureKeys([secret('a2', 'access'), secret('r2', 'refresh')]);
    expect(await store.keys()).toEqual(both);
    await store.addKey({ key: secret('b', 'access', 2), retireOthersAt: null }, AUDIT);
    await store.addKey({ key: secret('c', 'access', 3), retireOthersAt: 3 }, AUDIT);
    await store.addKey({ key: secret('d', 'access', 4), retireOthersAt: 4 }, AUDIT);
    expect((await store.keys()).map(({ kid, retiredAt }) => [kid, retiredAt])).toEqual([
      ['a', 3],
      ['r', null],
      ['b', 3],
      ['c', 4],
      ['d', null],
    ]);
  });

  test('a key retires only where another of its purpose and algorithm signs by then', async () => {
    const { store } = given();
    await store.ensureKeys([secret('a', 'access'), secret('r', 'refresh')]);
    const retire = async (kid: string, at: number) =>
      (await store.retireKey({ kid, at }, { ...AUDIT, event: 'key_retired' })).kind;
    expect(await retire('nobody', 1)).toBe('not-found');
    expect(await retire('a', 5)).toBe('needed');
    await store.addKey({ key: secret('b', 'access', 9), retireOthersAt: null }, AUDIT);
    await store.addKey(
      { key: { ...secret('c', 'access', 1), algorithm: 'HS512' }, retireOthersAt: null },
      AUDIT,
    );
    expect(await retire('a', 8)).toBe('needed');
    expect(await retire('r', 9)).toBe('needed');
    expect(await retire('a', 9)).toBe('retired');
    expect(await retire('a', 20)).toBe('retired');
    expect(await retire('b', 30)).toBe('needed');
    expect((await store.keys()).find(({ kid }) => kid === 'a')?.retiredAt).toBe(9);
    expect(await store.auditEvents({ event: 'key_retired', limit: 9 })).toHaveLength(2);
  });

  test('a key that has an end itself takes no other’s place: somebody signs ever after', async () => {
    const { store } = given();
    const audit = { ...AUDIT, event: 'key_retired' } as const;
    await store.addKey({ key: secret('a', 'access'), retireOthersAt: null }, AUDIT);
    await store.addKey({ key: secret('b', 'access'), retireOthersAt: null }, AUDIT);
    expect((await store.retireKey({ kid: 'a', at: 9 }, audit)).kind).toBe('retired');
    expect((await store.retireKey({ kid: 'b', at: 5 }, audit)).kind).toBe('needed');
  });

  test('of two that retire each other’s keys at once one is refused', async () => {
    const { store } = given();
    const audit = { ...AUDIT, event: 'key_retired' } as const;
    await store.addKey({ key: secret('a', 'access'), retireOthersAt: null }, AUDIT);
    await store.addKey({ key: secret('b', 'access'), retireOthersAt: null }, AUDIT);
    const outcomes = await Promise.all(
      ['a', 'b'].map((kid) => store.retireKey({ kid, at: 5 }, audit)),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['needed', 'retired']);
  });

  test('a key of the settings is kept by its name, once, and is no key of a purpose', async () => {
    const { store } = given();
    const named: KeyRow = { ...secret('s', 'given'), secret: new Uint8Array() };
    await store.ensureKeys([named]);
    await store.ensureKeys([named, { ...named, kid: 't' }, secret('a', 'access')]);
    expect((await store.keys()).map(({ kid }) => kid).sort()).toEqual(['a', 's', 't']);
    const audit = { ...AUDIT, event: 'key_retired' } as const;
    expect((await store.retireKey({ kid: 's', at: 5 }, audit)).kind).toBe('not-found');
  });

  test('a secret is replaced only where it is still the one that was read', async () => {
    const { store } = given();
    const row = secret('a', 'access');
    await store.ensureKeys([row]);
    const [from, to] = [row.secret, new Uint8Array([9, 9])];
    expect((await store.sealKeys([{ kid: 'a', from, to }]))[0]?.secret).toEqual(Buffer.from(to));
    const late = await store.sealKeys([{ kid: 'a', from, to: new Uint8Array([1]) }]);
    expect(late[0]?.secret).toEqual(Buffer.from(to));
  });

  test('a retired key loses its secret, and its name when that is old too', async () => {
    const { store, clock } = given();
    const now = clock.now();
    await store.addKey({ key: secret('a', 'access'), retireOthersAt: null }, AUDIT);
    await store.addKey({ key: secret('b', 'access'), retireOthersAt: now - 1 }, AUDIT);
    const prune = (keySecretsBefore: number, keysBefore: number) =>
      store.prune({
        sessionsBefore: 0,
        refreshAuditBefore: 0,
        auditBefore: 0,
        addressesBefore: 0,
        keySecretsBefore,
        keysBefore,
        limit: 9,
      });
    expect(await prune(now - 1, 0)).toBe(0);
    expect(await prune(now, 0)).toBe(1);
    expect((await store.keys()).map(({ secret }) => secret.length > 0)).toEqual([false, true]);
    expect(await prune(now, 0)).toBe(0);
    expect(await prune(now, now)).toBe(1);
    expect((await store.keys()).map(({ kid }) => kid)).toEqual(['b']);
  });
}
