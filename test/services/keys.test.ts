import { afterEach, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { silentLog } from '../../src/log.js';
import { createKeys, type Keys, type KeySettings } from '../../src/services/keys.js';
import { newKey } from '../../src/services/keys/newKey.js';
import { deriveRefreshSecret, importSecret } from '../../src/tokens/keys.js';
import { testAuth, type TestAuth } from '../support/auth.js';

const secret = new Uint8Array(64).fill(7);
const other = new Uint8Array(64).fill(8);
const masterKey = new Uint8Array(32).fill(1);

const open: Keys[] = [];
afterEach(() => open.splice(0).forEach((keys) => keys.stop()));

/** The keys of a further node on the store of this one. */
async function nodeOn({ store, clock }: TestAuth, settings: KeySettings): Promise<Keys> {
  const keys = await createKeys(settings, { store, clock, log: silentLog });
  open.push(keys);
  return keys;
}

const rings = async (settings: KeySettings) => {
  const it = await testAuth();
  return { it, keys: await nodeOn(it, settings) };
};

const ecPair = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

describe('the keys', () => {
  test('are made on the first start, and are the same on the next', async () => {
    const { it, keys } = await rings({ algorithm: 'HS256' });
    const again = await nodeOn(it, { algorithm: 'HS256' });
    expect(again.access().signing.kid).toBe(keys.access().signing.kid);
    expect(again.refresh().signing.kid).toBe(keys.refresh().signing.kid);
    expect(keys.access().signing.kid).not.toBe(keys.refresh().signing.kid);
  });

  test('that we make have names a command line takes for no flag', async () => {
    const times = { createdAt: 0, signsFrom: 0 };
    for (let round = 0; round < 600; round++) {
      expect((await newKey('access', 'ES256', times)).kid).toMatch(/^[^-]/);
    }
  });

  test('another algorithm gets a key of its own, and what the old one signed is still read', async () => {
    const { it, keys } = await rings({ algorithm: 'HS256' });
    const next = (await nodeOn(it, { algorithm: 'HS512' })).access();
    expect(next.signing.algorithm).toBe('HS512');
    expect(next.byKid.has(keys.access().signing.kid)).toBe(true);
  });

  test('of the settings: the first signs, all verify, and refresh tokens have secrets of their own', async () => {
    const { keys } = await rings({ algorithm: 'HS256', secretKey: [secret, other] });
    const [access, refresh] = [keys.access(), keys.refresh()];
    expect(access.signing.kid).toBe(importSecret(secret, 'HS256').kid);
    expect(access.byKid.size).toBe(2);
    const derived = importSecret(deriveRefreshSecret(secret), 'HS256');
    expect(refresh.signing.verifyWith.equals(derived.verifyWith)).toBe(true);
    expect(refresh.signing.verifyWith.equals(access.signing.verifyWith)).toBe(false);
  });

  test.each([undefined, [secret]])(
    'a key pair signs access tokens, and never refresh tokens, with a secret beside it or without (%#)',
    async (secretKey) => {
      const { keys } = await rings({ algorithm: 'ES256', ...ecPair, secretKey });
      expect(keys.access().signing.algorithm).toBe('ES256');
      expect(keys.access().byKid.size).toBe(1);
      expect(keys.refresh().signing.algorithm).toBe('HS256');
    },
  );

  test('an algorithm for pairs without a pair stops the start, and says how to make one', async () => {
    const it = await testAuth();
    await expect(nodeOn(it, { algorithm: 'PS384' })).rejects.toThrow(
      /JWT_ALGORITHM\) is PS384, .*JWT_PRIVATE_KEY.*gatehouse keys generate --algorithm PS384/,
    );
    await expect(nodeOn(it, { algorithm: 'PS384', secretKey: [secret] })).rejects.toThrow(/PS384/);
  });
});

describe('under a master key', () => {
  const sealed = async (it: TestAuth) =>
    (await it.store.keys()).map(({ secret: kept }) => Buffer.from(kept).toString('latin1'));

  test('the store holds no secret that could be used, and what it held before is sealed too', async () => {
    const { it, keys } = await rings({ algorithm: 'HS256' });
    const plain = await sealed(it);
    const again = await nodeOn(it, { algorithm: 'HS256', masterKey });
    expect(again.access().signing.verifyWith.equals(keys.access().signing.verifyWith)).toBe(true);
    const kept = await sealed(it);
    expect(kept.every((text) => text.startsWith('gatehouse sealed 1\n'))).toBe(true);
    expect(kept.some((text) => plain.some((before) => text.includes(before)))).toBe(false);
  });

  test('another master key, and none, stop the start', async () => {
    const { it } = await rings({ algorithm: 'HS256', masterKey });
    const wrong = { algorithm: 'HS256', masterKey: new Uint8Array(32).fill(2) } as const;
    await expect(nodeOn(it, wrong)).rejects.toThrow(
      /GATEHOUSE_MASTER_KEY\) does not open the keys in the database/,
    );
    await expect(nodeOn(it, { algorithm: 'HS256' })).rejects.toThrow(
      /are encrypted, and masterKey \(GATEHOUSE_MASTER_KEY\) is not set/,
    );
  });

  test('a sealed secret that was moved to another key does not open', async () => {
    const { it } = await rings({ algorithm: 'HS256', masterKey });
    const seen = await it.store.keys();
    const [a, b] = seen;
    await it.store.sealKeys([{ kid: a!.kid, from: a!.secret, to: b!.secret }], seen);
    await expect(nodeOn(it, { algorithm: 'HS256', masterKey })).rejects.toThrow(/does not open/);
  });
});

describe('a key that one node cannot open', () => {
  test('is as one that is not there: what the node knows goes on, and the log says so once', async () => {
    const it = await testAuth();
    const warned: string[] = [];
    const log = { ...silentLog, warn: (_: object, message: string) => void warned.push(message) };
    const { store, clock } = it;
    const keys = await createKeys({ algorithm: 'HS256' }, { store, clock, log });
    open.push(keys);
    const sealing = await nodeOn(it, { algorithm: 'HS512', masterKey });
    for (let round = 0; round < 3; round++) {
      await keys.lookAgain();
      clock.advance(1);
    }
    expect(warned).toEqual(['The keys could not be read; those that are known go on.']);
    expect(keys.access().byKid.has(sealing.access().signing.kid)).toBe(false);
    expect(keys.access().signing.algorithm).toBe('HS256');
  });
});
