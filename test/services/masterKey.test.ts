import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/log.js';
import { createKeys, type Keys, type KeySettings } from '../../src/services/keys.js';
import { assertOpened, sealedRow } from '../../src/services/keys/keyText.js';
import { newSecret } from '../../src/services/keys/newKey.js';
import { openStore } from '../../src/store/open.js';
import type { Store } from '../../src/store/store.js';
import { isSealed } from '../../src/tokens/seal.js';
import { testClock } from '../support/clock.js';
import { usePostgres } from '../support/postgres.js';

const right = new Uint8Array(32).fill(1);
const wrong = new Uint8Array(32).fill(2);
const clock = testClock();
const postgres = usePostgres();

const open: Keys[] = [];
const stores: Store[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const keys of open.splice(0)) keys.stop();
  await Promise.all(stores.splice(0).map((store) => store.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function freshFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-master-'));
  folders.push(folder);
  return join(folder, 'gatehouse.db');
}

async function start(store: Store, settings: Partial<KeySettings>): Promise<Keys> {
  const keys = await createKeys(
    { algorithm: 'HS256', ...settings },
    { store, clock, log: silentLog },
  );
  open.push(keys);
  return keys;
}

/** The master keys that open all of the store's. */
async function openers(store: Store): Promise<Uint8Array[]> {
  const rows = await store.keys();
  return [right, wrong].filter((masterKey) => {
    try {
      assertOpened(rows, masterKey);
      return rows.every(({ secret }) => isSealed(secret));
    } catch {
      return false;
    }
  });
}

describe.each([
  ['SQLite', freshFile],
  ['PostgreSQL', postgres.fresh],
])('a start with a wrong master key, on %s', (_, fresh) => {
  /** Two processes on one database. */
  async function two(): Promise<[Store, Store]> {
    const url = fresh();
    const first = await openStore(url, { clock, log: silentLog });
    const second = await openStore(url, { clock, log: silentLog });
    stores.push(first, second);
    return [first, second];
  }

  test.each<[string, Partial<KeySettings>]>([
    ['the algorithm of before', {}],
    ['another algorithm, which would get a secret', { algorithm: 'HS384' }],
    ['an algorithm that has no pair', { algorithm: 'ES256' }],
    [
      'a secret in the settings, whose name would be kept',
      { secretKey: [new Uint8Array(64).fill(7)] },
    ],
  ])('and %s writes nothing: the right one goes on opening all', async (__, settings) => {
    const [store] = await two();
    await start(store, { masterKey: right });
    const before = await store.keys();
    for (const masterKey of [wrong, undefined]) {
      await expect(start(store, { ...settings, masterKey })).rejects.toThrow(
        /GATEHOUSE_MASTER_KEY/,
      );
    }
    expect(await store.keys()).toEqual(before);
    await start(store, { masterKey: right });
  });

  test('seals none of the plain keys beside one that is sealed', async () => {
    const [store] = await two();
    await start(store, {});
    const times = { createdAt: clock.now(), signsFrom: clock.now() };
    const key = sealedRow(newSecret('access', 'HS256', times), right);
    const seen = await store.keys();
    await store.addKey(
      { key, retireOthersAt: null, seen },
      { event: 'key_created', actorId: null },
    );
    const before = await store.keys();
    await expect(start(store, { masterKey: wrong })).rejects.toThrow(/does not open/);
    expect(await store.keys()).toEqual(before);
    await start(store, { masterKey: right });
    expect(await openers(store)).toEqual([right]);
  });

  test('that is not a wrong one, but has no pair for its algorithm, seals nothing either', async () => {
    const [store] = await two();
    await start(store, {});
    const before = await store.keys();
    await expect(start(store, { algorithm: 'ES256', masterKey: wrong })).rejects.toThrow(/ES256/);
    expect(await store.keys()).toEqual(before);
  });

  test.each([false, true])(
    'which had read the keys before the right one sealed them writes nothing (new: %s)',
    async (isNew) => {
      const [store, other] = await two();
      if (!isNew) await start(store, {});
      let reads = 0;
      const late: Store = {
        ...other,
        async keys() {
          const rows = await other.keys();
          if (reads++ === 0) await start(store, { masterKey: right, secretKey: undefined });
          return rows;
        },
      };
      const starting = start(late, { algorithm: 'HS384', masterKey: wrong });
      await expect(starting).rejects.toThrow(/does not open/);
      expect(await openers(store)).toEqual([right]);
    },
  );

  test('at the same moment as one with the right: one of them has all keys, the other is refused', async () => {
    for (let round = 0; round < 8; round++) {
      const [store, other] = await two();
      if (round % 2 === 1) await start(store, {});
      const settings = { algorithm: 'HS384' } as const;
      const ended = await Promise.allSettled([
        start(store, { ...settings, masterKey: right }),
        start(other, { ...settings, masterKey: wrong }),
      ]);
      const started = [right, wrong].filter((__, index) => ended[index]?.status === 'fulfilled');
      expect(started).toHaveLength(1);
      expect(await openers(store)).toEqual(started);
    }
  });
});
