import { describe, expect, test } from '@jest/globals';
import { testAuth } from '../support/auth.js';
import { headerOf, LOGIN } from './support.js';

const console = { viewer: null };

describe('keyPublishDelay', () => {
  test('is how long a new pair is published before it signs', async () => {
    const before = await testAuth();
    await before.signup();
    const generated = await before.auth.services.keys.generate(console, {
      purpose: 'access',
      algorithm: 'ES256',
    });
    if (!generated.ok) throw new Error(generated.code);
    const settings = { jwt: { algorithm: 'ES256' as const }, keyPublishDelay: '3m' };
    const it = await testAuth(settings, { before });
    const rotated = await it.auth.services.keys.rotate(console, {
      purpose: 'access',
      atOnce: false,
    });
    if (!rotated.ok) throw new Error(rotated.code);
    const signer = async () => headerOf((await it.run(LOGIN)).data.login.accessToken).kid;
    const published = it.auth.services.wellKnown.jwks().keys.map((key) => key['kid']);
    expect(published).toContain(rotated.value.kid);
    it.clock.advance(179);
    expect(await signer()).toBe(generated.value.kid);
    it.clock.advance(1);
    expect(await signer()).toBe(rotated.value.kid);
  });
});

describe('masterKey', () => {
  const masterKey = Buffer.alloc(32, 7).toString('base64url');

  test('encrypts the secrets that the store keeps; another one stops the start', async () => {
    const plain = await testAuth();
    const before = await plain.store.keys();
    const { accessToken } = await plain.signup();
    const it = await testAuth({ masterKey }, { before: plain });
    const kept = Buffer.concat((await it.store.keys()).map(({ secret }) => secret));
    expect(before.some(({ secret }) => kept.includes(Buffer.from(secret)))).toBe(false);
    const { errors } = await it.run('{ session { id } }', { token: accessToken });
    expect(errors).toBeUndefined();
    const another = Buffer.alloc(32, 8).toString('base64url');
    await expect(testAuth({ masterKey: another }, { before: plain })).rejects.toThrow(
      /GATEHOUSE_MASTER_KEY\) does not open the keys in the database/,
    );
  });
});
