import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { createKeys, type KeySettings } from '../../src/services/keys.js';
import { deriveRefreshSecret, importSecret } from '../../src/tokens/keys.js';
import { testAuth } from '../support/auth.js';

const secret = new Uint8Array(64).fill(7);
const other = new Uint8Array(64).fill(8);

async function rings(settings: KeySettings) {
  const { store, clock } = await testAuth();
  const keys = await createKeys(settings, store, clock);
  return { access: keys.access(), refresh: keys.refresh(), store, clock };
}

describe('the keys', () => {
  test('are made on the first start, and are the same on the next', async () => {
    const { access, refresh, store, clock } = await rings({ algorithm: 'HS256' });
    const again = await createKeys({ algorithm: 'HS256' }, store, clock);
    expect(again.access().signing.kid).toBe(access.signing.kid);
    expect(again.refresh().signing.kid).toBe(refresh.signing.kid);
    expect(access.signing.kid).not.toBe(refresh.signing.kid);
  });

  test('another algorithm gets a key of its own, and what the old one signed is still read', async () => {
    const { access, store, clock } = await rings({ algorithm: 'HS256' });
    const next = (await createKeys({ algorithm: 'HS512' }, store, clock)).access();
    expect(next.signing.algorithm).toBe('HS512');
    expect(next.byKid.has(access.signing.kid)).toBe(true);
  });

  test('of the settings: the first signs, all verify, and refresh tokens have secrets of their own', async () => {
    const { access, refresh } = await rings({ algorithm: 'HS256', secretKey: [secret, other] });
    expect(access.signing.kid).toBe(importSecret(secret, 'HS256').kid);
    expect(access.byKid.size).toBe(2);
    const derived = importSecret(deriveRefreshSecret(secret), 'HS256');
    expect(refresh.signing.verifyWith.equals(derived.verifyWith)).toBe(true);
    expect(refresh.signing.verifyWith.equals(access.signing.verifyWith)).toBe(false);
  });

  test('a key pair signs access tokens, and never refresh tokens, with a secret beside it or without', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    for (const secretKey of [undefined, [secret]]) {
      const { access, refresh } = await rings({
        algorithm: 'ES256',
        privateKey,
        publicKey,
        secretKey,
      });
      expect(access.signing.algorithm).toBe('ES256');
      expect(access.byKid.size).toBe(1);
      expect(refresh.signing.algorithm).toBe('HS256');
    }
  });
});
