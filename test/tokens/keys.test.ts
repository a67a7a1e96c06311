import { describe, expect, test } from '@jest/globals';
import {
  generateKeyPairSync,
  type JsonWebKey,
  type KeyExportOptions,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createKeyRing,
  deriveRefreshSecret,
  generateKid,
  generatePemPair,
  generateSecret,
  importJwk,
  importKeyPair,
  importPem,
  importSecret,
  publicJwk,
  type Algorithm,
} from '../../src/tokens/keys.js';
import { isRocaWeak } from '../../src/tokens/roca.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' | 'spki' = 'pkcs8') =>
  key.export({ type, format: 'pem' } as KeyExportOptions<'pem'>) as string;
const jwk = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' });
const numberOf = (text: string | undefined) =>
  BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`);

describe('a secret', () => {
  const lengths: [Algorithm, number][] = [
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ];
  test.each(lengths)('for %s has at least %i bytes', (algorithm, length) => {
    expect(importSecret(Buffer.alloc(length, 1), algorithm).verifyWith.symmetricKeySize).toBe(
      length,
    );
    for (const tooShort of [0, 1, length - 1]) {
      const attempt = () => importSecret(Buffer.alloc(tooShort, 1), algorithm);
      expect(attempt).toThrow(
        `at least ${length} bytes for ${algorithm}, but this one has ${tooShort}`,
      );
      expect(attempt).toThrow('openssl rand');
    }
  });

  test('is refused where it is a public key: everybody could sign', () => {
    for (const text of [pem(rsa.publicKey, 'spki'), pem(rsa.publicKey, 'pkcs1')]) {
      expect(() => importSecret(Buffer.from(text), 'HS256')).toThrow('this is a public key');
    }
  });

  test('is refused for an algorithm of key pairs', () => {
    expect(() => importSecret(Buffer.alloc(32), 'RS256')).toThrow('a key pair for RS256');
  });

  test('has a kid that is the same on every node and differs by secret and algorithm', () => {
    const kid = (fill: number, algorithm: Algorithm = 'HS256') =>
      importSecret(Buffer.alloc(64, fill), algorithm).kid;
    expect(kid(1)).toBe(kid(1));
    expect(new Set([kid(1), kid(2), kid(1, 'HS512')]).size).toBe(3);
    // Pinned: another derivation would end every session at the upgrade.
    expect(kid(1)).toBe('Y8golgrfRqL2fZxK');
  });

  test('gives a refresh secret by RFC 5869 that neither equals nor prolongs it', () => {
    const derived = deriveRefreshSecret(Buffer.alloc(32, 1));
    expect(Buffer.from(derived).toString('hex')).toBe(
      'aa40822379352256a7792445632bb80dc48e3fddf9dc3d01f591870e2d2a2c9f',
    );
    expect(deriveRefreshSecret(Buffer.alloc(32, 2))).not.toEqual(derived);
  });

  test('is generated as long as its hash, from the randomness that is given', () => {
    expect(generateSecret('HS384', (size) => Buffer.alloc(size, 7))).toEqual(Buffer.alloc(48, 7));
    expect(generateSecret('HS256')).not.toEqual(generateSecret('HS256'));
    expect(() => generateSecret('ES256')).toThrow(TypeError);
    expect(generateKid((size) => Buffer.alloc(size))).toBe('AAAAAAAAAAAAAAAA');
    expect(generateKid()).not.toBe(generateKid());
    // As an argument of a command it would else be taken for a flag.
    expect(generateKid((size) => Buffer.alloc(size, 0xff))).toBe('f_______________');
  });
});

describe('a PEM key', () => {
  test('in each of its forms is imported; a private one signs, a public one only verifies', () => {
    const forms: [string, Algorithm, boolean][] = [
      [pem(rsa.privateKey), 'RS256', true],
      [pem(rsa.privateKey, 'pkcs1'), 'PS256', true],
      [pem(ec.privateKey, 'sec1'), 'ES256', true],
      [pem(rsa.publicKey, 'spki'), 'RS512', false],
      [pem(rsa.publicKey, 'pkcs1'), 'RS256', false],
      [pem(ec.publicKey, 'spki'), 'ES256', false],
    ];
    for (const [text, algorithm, signs] of forms) {
      const key = importPem(text, algorithm);
      expect(key.signWith !== null).toBe(signs);
      expect(key.verifyWith.type).toBe('public');
    }
  });

  test('may follow the parameters that `openssl ecparam -genkey` writes', () => {
    const parameters =
      '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
    expect(importPem(parameters + pem(ec.privateKey, 'sec1'), 'ES256').signWith).not.toBeNull();
  });

  test('has the thumbprint of RFC 7638 §3.1 as its kid', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const key = importJwk({ kty: 'RSA', n, e: 'AQAB', alg: 'RS256' });
    expect(key.kid).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const evenCurve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
  const ed = generateKeyPairSync('ed25519');
  const encrypted = ec.privateKey.export({
    ...{ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  });
  test.each<[string, string, Algorithm, string]>([
    ['with 1024 bits', pem(small.privateKey), 'RS256', 'this key has 1024 bits'],
    ['of another curve', pem(ec.privateKey), 'ES384', 'on the curve prime256v1'],
    ['of a curve that no algorithm has', pem(evenCurve.privateKey), 'ES256', 'secp256k1'],
    ['of RSA for ES256', pem(rsa.privateKey), 'ES256', 'of the type rsa'],
    ['of EC for RS256', pem(ec.privateKey), 'RS256', 'of the type ec'],
    ['of RSASSA-PSS', pem(pss.privateKey), 'PS256', 'of the type rsa-pss'],
    ['of Ed25519', pem(ed.privateKey), 'ES256', 'of the type ed25519'],
    ['that is encrypted', encrypted as string, 'ES256', 'openssl pkey'],
    ['for HS256', pem(rsa.publicKey, 'spki'), 'HS256', 'a secret for HS256'],
    [
      'beside another',
      pem(ec.privateKey) + pem(ec.publicKey, 'spki'),
      'ES256',
      'several PEM blocks',
    ],
    ['that is none', 'secret', 'RS256', 'no PEM block'],
    ['that is empty', '', 'RS256', 'no PEM block'],
    ['that is cut', pem(rsa.privateKey).replace(/\n.{64}\n/, '\n'), 'RS256', 'cannot be decoded'],
    [
      'that is a certificate',
      '-----BEGIN CERTIFICATE-----\nAA==\n',
      'RS256',
      'it is a CERTIFICATE',
    ],
  ])('%s is refused', (_, text, algorithm, message) => {
    expect(() => importPem(text, algorithm)).toThrow(TypeError);
    expect(() => importPem(text, algorithm)).toThrow(message);
  });

  test('and its other half are imported together only where they are a pair', async () => {
    const pair = await generatePemPair('ES256');
    expect(importKeyPair(pair, 'ES256').signWith).not.toBeNull();
    const { privateKey, publicKey } = pair;
    const other = pem(ec.publicKey, 'spki');
    expect(() => importKeyPair({ privateKey, publicKey: other }, 'ES256')).toThrow('do not belong');
    expect(() => importKeyPair({ privateKey, publicKey: privateKey }, 'ES256')).toThrow(
      'both are private',
    );
    expect(() => importKeyPair({ privateKey: publicKey, publicKey }, 'ES256')).toThrow(
      'both are public',
    );
  });

  test('is published as a JWK without its private half; a secret is not published', () => {
    const published = publicJwk(importPem(pem(ec.privateKey), 'ES256', 'k1'));
    const { x, y } = jwk(ec.publicKey);
    expect(published).toEqual({
      kty: 'EC',
      crv: 'P-256',
      x,
      y,
      kid: 'k1',
      alg: 'ES256',
      use: 'sig',
    });
    expect(publicJwk(importSecret(Buffer.alloc(32), 'HS256'))).toBeNull();
  });
});

describe('a JWK', () => {
  const oct = { kty: 'oct', k: Buffer.alloc(32, 1).toString('base64url'), alg: 'HS256' };
  const point = { ...jwk(ec.publicKey), alg: 'ES256' };
  const pair = { ...jwk(ec.privateKey), alg: 'ES256' };
  const numbers = { ...jwk(rsa.privateKey), alg: 'RS256' };
  const modulus = { ...jwk(rsa.publicKey), alg: 'RS256' };

  test('says what it may be used for', () => {
    expect(importJwk({ ...oct, use: 'sig', kid: 'x' }).kid).toBe('x');
    expect(importJwk({ ...oct, key_ops: ['sign', 'verify'] }).signWith).not.toBeNull();
    expect(importJwk({ ...oct, key_ops: ['verify'] }).signWith).toBeNull();
    expect(importJwk({ ...pair, key_ops: ['verify'] }).signWith).toBeNull();
    expect(importJwk({ ...oct, alg: undefined }, 'HS256').algorithm).toBe('HS256');
    expect(importJwk(pair).signWith).not.toBeNull();
    expect(importJwk(point).signWith).toBeNull();
    expect(importJwk(numbers).signWith).not.toBeNull();
  });

  const long = `AA${modulus.n}`;
  const other = jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  /** From Node 26 on the two are compared when the key is decoded. */
  const foreign = /do not belong together|make no key/;
  test.each<[string, unknown, string | RegExp]>([
    ['for encryption', { ...oct, use: 'enc' }, '`use` "sig"'],
    ['of another use', { ...oct, use: ['sig'] }, '`use` "sig"'],
    ['with other operations', { ...point, key_ops: ['verify', 'encrypt'] }, '`key_ops`'],
    ['with no operations', { ...point, key_ops: [] }, '`key_ops`'],
    ['with an operation twice', { ...point, key_ops: ['verify', 'verify'] }, '`key_ops`'],
    ['with operations as a text', { ...point, key_ops: 'verify' }, '`key_ops`'],
    ['without alg', { ...oct, alg: undefined }, '`alg`'],
    ['with alg none', { ...oct, alg: 'none' }, '`alg`'],
    ['with alg of encryption', { ...oct, alg: 'A256GCM' }, '`alg`'],
    ['with an empty kid', { ...oct, kid: '' }, '`kid`'],
    ['with a kid that is a number', { ...oct, kid: 1 }, '`kid`'],
    ['of another type', { ...oct, alg: 'RS256' }, '`kty` RSA'],
    ['of an unknown type', { ...oct, kty: 'OKP' }, '`kty` oct'],
    ['with padding', { ...oct, k: `${oct.k}=` }, '`k` in base64url'],
    ['with stray bits', { ...oct, k: `${oct.k.slice(0, -1)}F` }, '`k` in base64url'],
    ['without its secret', { ...oct, k: undefined }, '`k` in base64url'],
    ['with an empty secret', { ...oct, k: '' }, 'this one has 0'],
    ['of another curve', { ...point, alg: 'ES384' }, 'the curve P-384'],
    ['with a short coordinate', { ...point, x: 'AQAB' }, '`x` of 32 bytes, but it has 3'],
    ['beside its curve', { ...point, y: point.x }, 'make no key'],
    ['with a foreign d', { ...pair, d: other.d }, foreign],
    ['with a foreign x and y', { ...pair, x: other.x, y: other.y }, foreign],
    ['with leading zeros', { ...modulus, n: long }, 'without leading zeros'],
    ['without n', { ...modulus, n: undefined }, '`n` in base64url'],
    ['with half of the private numbers', { ...numbers, qi: undefined }, '`qi` in base64url'],
    ['with a third prime', { ...numbers, oth: [{}] }, '`oth`'],
    ['with e = 1', { ...modulus, e: 'AQ' }, 'the exponent is 1'],
    ['with an even e', { ...modulus, e: 'AQAA' }, 'the exponent is 65536'],
    ['that is null', null, 'not a JSON object'],
    ['that is an array', [oct], 'not a JSON object'],
    ['that is a text', JSON.stringify(oct), 'not a JSON object'],
  ])('%s is refused', (_, key, message) => {
    expect(() => importJwk(key)).toThrow(TypeError);
    expect(() => importJwk(key)).toThrow(message);
  });

  test('for another algorithm than the settings name is refused', () => {
    expect(() => importJwk(modulus, 'PS256')).toThrow('a JWK for PS256, but its `alg` is RS256');
  });

  test('never shows its numbers in a refusal', () => {
    const secret = oct.k;
    const misplaced = [
      { ...oct, use: secret },
      { ...oct, alg: secret },
      { ...oct, kty: secret },
    ];
    for (const key of [...misplaced, { ...pair, crv: secret }, { ...oct, k: secret.slice(1) }]) {
      expect(() => importJwk(key)).not.toThrow(secret.slice(1));
      expect(() => importJwk(key)).toThrow(TypeError);
    }
  });

  test('of RSA with numbers that contradict each other is refused', () => {
    const foreign = jwk(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
    expect(() => importJwk({ ...numbers, n: foreign.n })).toThrow(TypeError);
    expect(() => importJwk({ ...numbers, d: foreign.d, dp: foreign.dp })).toThrow(TypeError);
  });
});

describe('ROCA', () => {
  const file = join(import.meta.dirname, '../vectors/wycheproof/json_web_key_test.json');
  const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as {
    testGroups: { comment: string; public: { keys: JsonWebKey[] } }[];
  };
  const group = testGroups.find(({ comment }) => comment === 'jws_rsa_roca_key');
  const weak = group?.public.keys[0] as JsonWebKey;

  test('a weak modulus is known by its remainders, a sound one has not got them', () => {
    expect(isRocaWeak(numberOf(weak.n))).toBe(true);
    expect(isRocaWeak(numberOf(jwk(rsa.publicKey).n))).toBe(false);
    expect(() => importJwk(weak)).toThrow('CVE-2017-15361');
  });
});

describe('a key ring', () => {
  const a = importSecret(Buffer.alloc(32, 1), 'HS256', 'a');
  const b = importSecret(Buffer.alloc(64, 2), 'HS512', 'b');
  const pair = importPem(pem(ec.privateKey), 'ES256', 'p');

  test('signs with the first key and verifies with all', () => {
    const ring = createKeyRing([a, b]);
    expect(ring.signing).toBe(a);
    expect([...ring.byKid]).toEqual([
      ['a', a],
      ['b', b],
    ]);
  });

  test.each([
    ['no key at all', [], 'at least one key'],
    ['a first key that only verifies', [{ ...pair, signWith: null }], 'can only verify'],
    ['two keys of one kid', [a, { ...b, kid: 'a' }], 'two have the kid "a"'],
    ['an empty kid', [{ ...a, kid: '' }], 'one is empty'],
    ['secrets and public keys together', [a, pair], 'either secrets or key pairs'],
  ])('is refused with %s', (_, keys, message) => {
    expect(() => createKeyRing(keys)).toThrow(TypeError);
    expect(() => createKeyRing(keys)).toThrow(message);
  });
});
