import { describe, expect, test } from '@jest/globals';
import { exportJWK, importJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import { signToken, verifyToken } from '../../src/tokens/jwt.js';
import { createKeyRing, generatePemPair, importPem, publicJwk } from '../../src/tokens/keys.js';
import { accessClaims, accessRing, NOW, refreshClaims, refreshRing, rules } from './sample.js';

const currentDate = new Date(NOW * 1000);
const secretOf = (ring: typeof accessRing) => ring.signing.verifyWith.export();

describe('jose', () => {
  test('verifies our access tokens, by the secret and by the published key', async () => {
    const token = signToken(accessClaims, 'at+jwt', accessRing.signing);
    const read = await jwtVerify(token, secretOf(accessRing), { typ: 'at+jwt', currentDate });
    expect(read.payload).toEqual(accessClaims);

    for (const algorithm of ['RS256', 'PS256', 'ES256', 'ES512'] as const) {
      const { privateKey } = await generatePemPair(algorithm);
      const key = importPem(privateKey, algorithm);
      const published = await importJWK(publicJwk(key) as JWK);
      const signed = signToken(accessClaims, 'at+jwt', key);
      const { protectedHeader } = await jwtVerify(signed, published, { currentDate });
      expect(protectedHeader).toEqual({ alg: algorithm, typ: 'at+jwt', kid: key.kid });
    }
  });

  test('refuses a refresh token even where it ignores typ: it only knows the access key', async () => {
    const token = signToken(refreshClaims, 'rt+jwt', refreshRing.signing);
    const attempt = jwtVerify(token, secretOf(accessRing), { currentDate });
    await expect(attempt).rejects.toThrow('signature verification failed');
  });

  test('makes tokens that we verify, where they are like ours', async () => {
    const { privateKey } = await generatePemPair('ES384');
    const key = importPem(privateKey, 'ES384');
    const jwk = await exportJWK(key.signWith as NonNullable<typeof key.signWith>);
    const token = await new SignJWT(accessClaims)
      .setProtectedHeader({ alg: 'ES384', typ: 'at+jwt', kid: key.kid })
      .sign(await importJWK(jwk, 'ES384'));
    const result = verifyToken(token, { ...rules('at+jwt'), ring: createKeyRing([key]) });
    expect(result).toEqual({ kind: 'valid', claims: accessClaims });
  });
});
