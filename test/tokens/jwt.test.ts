import { describe, expect, test } from '@jest/globals';
import { createHmac, createPublicKey } from 'node:crypto';
import { checkSignature, signToken, verifyToken } from '../../src/tokens/jwt.js';
import { createKeyRing, generatePemPair, importPem } from '../../src/tokens/keys.js';
import {
  accessClaims,
  accessRing,
  encode,
  NOW,
  refreshClaims,
  refreshRing,
  rules,
} from './sample.js';

const header = { alg: 'HS256', typ: 'at+jwt', kid: 'a' };

/** A token with the right signature of the access key over whatever header and payload. */
function forge(
  changedHeader: unknown,
  payload: unknown = accessClaims,
  secret = Buffer.alloc(32, 1),
) {
  const input = `${encode(changedHeader)}.${encode(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

const latin1 = (text: string) => Buffer.from(text, 'latin1').toString('base64url');

const token = signToken(accessClaims, 'at+jwt', accessRing.signing);
const [head, body, signature] = token.split('.') as [string, string, string];

const kindOf = (text: unknown) => verifyToken(text as string, rules('at+jwt')).kind;
const whyOf = (text: string) => {
  const result = verifyToken(text, rules('at+jwt'));
  return result.kind === 'invalid' ? result.why : result.kind;
};

describe('a token', () => {
  test('that was signed here is valid and says what was signed', () => {
    const result = verifyToken(token, rules('at+jwt'));
    expect(result).toEqual({ kind: 'valid', claims: accessClaims });
  });

  test('has alg, typ and kid in its header, nothing else, and no claim of its own making', () => {
    expect(Buffer.from(head, 'base64url').toString()).toBe(JSON.stringify(header));
    const bare = signToken({ sub: 'x' }, 'rt+jwt', refreshRing.signing).split('.')[1] as string;
    expect(Buffer.from(bare, 'base64url').toString()).toBe('{"sub":"x"}');
  });

  test('is the same text for the same claims', () => {
    expect(signToken(accessClaims, 'at+jwt', accessRing.signing)).toBe(token);
  });

  test('that would be too long to read is not signed', () => {
    const claims = { ...accessClaims, roles: Array.from({ length: 2000 }, (_, n) => `role-${n}`) };
    expect(() => signToken(claims, 'at+jwt', accessRing.signing)).toThrow(/fewer roles/);
  });

  test('is not signed by a key that only verifies', () => {
    const key = { ...accessRing.signing, signWith: null };
    expect(() => signToken(accessClaims, 'at+jwt', key)).toThrow(TypeError);
  });

  test('of every algorithm with a key pair is signed and verified', async () => {
    for (const algorithm of ['RS256', 'PS384', 'ES256', 'ES384', 'ES512'] as const) {
      const { privateKey } = await generatePemPair(algorithm);
      const ring = createKeyRing([importPem(privateKey, algorithm)]);
      const made = signToken(accessClaims, 'at+jwt', ring.signing);
      expect(verifyToken(made, { ...rules('at+jwt'), ring }).kind).toBe('valid');
    }
  });
});

describe('malformed is', () => {
  test.each([
    ['an empty text', ''],
    ['no text at all', undefined],
    ['a number', 7],
    ['one part', 'abc'],
    ['two parts', `${head}.${body}`],
    ['four parts', `${token}.x`],
    ['duplicate dots', `${head}..${body}.${signature}`],
    ['a header beside empty parts', `${head}..`],
    ['no signature', `${head}.${body}.`],
    ['a payload of 100 KB', forge(header, { ...accessClaims, x: 'x'.repeat(100_000) })],
    ['a text of dots', '.'.repeat(8000)],
    ['padding', `${token}=`],
    ['a space at the end', `${token} `],
    ['a line break inside', `${head}.${body}\n.${signature}`],
    ['base64 instead of base64url', `${head}.${body}.${'+'.repeat(43)}`],
    ['a header that is no JSON', `${encode('{"alg"')}.${body}.${signature}`],
    ['a header that is an array', forge([header])],
    ['a header that is null', forge(null)],
    ['a header that is a text', forge('"HS256"')],
    ['a header that is not UTF-8', `_____w.${body}.${signature}`],
    ['a header with stray bytes in a text', `${latin1('{"kid":"\xff"}')}.${body}.${signature}`],
    [
      'a header with a byte order mark',
      `${encode(`\ufeff${JSON.stringify(header)}`)}.${body}.${signature}`,
    ],
  ])('%s', (_, text) => expect(kindOf(text)).toBe('malformed'));

  test('every other text for the same bytes, in each part', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const parts = [head, body, signature];
    let others = 0;
    parts.forEach((part, index) => {
      const bytes = Buffer.from(part, 'base64url');
      for (const letter of alphabet) {
        const other = part.slice(0, -1) + letter;
        if (other === part || !Buffer.from(other, 'base64url').equals(bytes)) continue;
        others += 1;
        expect(kindOf(parts.with(index, other).join('.'))).toBe('malformed');
      }
    });
    expect(others).toBeGreaterThan(2);
  });
});

describe('invalid is', () => {
  const spellings = ['none', 'None', 'NONE', 'nOnE', 'none ', '', null, undefined, 0, ['HS256']];
  test.each(spellings)('alg %p, whatever the signature', (alg) => {
    expect(whyOf(forge({ ...header, alg }))).toBe('alg is not that of the key');
  });

  test.each(['HS384', 'HS512', 'RS256', 'ES256', 'hs256'])('alg %s under an HS256 key', (alg) => {
    expect(whyOf(forge({ ...header, alg }))).toBe('alg is not that of the key');
  });

  test('a token signed by HMAC with our public key', async () => {
    const { privateKey, publicKey } = await generatePemPair('ES256');
    const ring = createKeyRing([importPem(privateKey, 'ES256', 'a')]);
    const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
    for (const secret of [Buffer.from(publicKey), Buffer.from(publicKey.trim()), der]) {
      const result = verifyToken(forge(header, accessClaims, secret), { ...rules('at+jwt'), ring });
      expect(result).toEqual({ kind: 'invalid', why: 'alg is not that of the key' });
    }
  });

  const extra: Record<string, unknown> = {
    jwk: { kty: 'oct', k: 'AQ' },
    jku: 'https://evil.example/keys',
    x5u: 'https://evil.example/cert',
    x5c: ['MII'],
    crit: ['b64'],
    b64: false,
    zip: 'DEF',
    cty: 'JWT',
    alG: 'none',
  };
  test.each(Object.keys(extra))('a header with %s', (name) => {
    const why = whyOf(forge({ ...header, [name]: extra[name] }));
    expect(why).toBe('the header has members beyond alg, typ, kid');
  });

  test('a header with a member called __proto__', () => {
    const text = JSON.stringify(header).replace('{', '{"__proto__":{"kid":"a"},');
    expect(whyOf(forge(text))).toBe('the header has members beyond alg, typ, kid');
  });

  test.each(['JWT', 'jwt', 'AT+JWT', 'application/at+jwt', 'rt+jwt', '', null, undefined])(
    'typ %p for an access token',
    (typ) => expect(whyOf(forge({ ...header, typ }))).toBe('typ is not at+jwt'),
  );

  test.each([undefined, null, 0, {}, ['a']])('kid %p', (kid) => {
    expect(whyOf(forge({ ...header, kid }))).toBe('kid is missing');
  });

  test('a refresh token where an access token is asked for, and the reverse', () => {
    const refresh = signToken(refreshClaims, 'rt+jwt', refreshRing.signing);
    expect(verifyToken(refresh, rules('rt+jwt')).kind).toBe('valid');
    expect(whyOf(refresh)).toBe('typ is not at+jwt');
    expect(verifyToken(token, rules('rt+jwt')).kind).toBe('invalid');
  });

  test('a changed payload, a changed or shortened signature', () => {
    const other = encode({ ...accessClaims, roles: ['admin'] });
    const cut = signature.slice(0, 40);
    for (const text of [
      `${head}.${other}.${signature}`,
      `${head}.${body}.${cut}`,
      `${head}.${body}.AAAA`,
    ]) {
      expect(whyOf(text)).toBe('the signature does not match');
    }
  });

  test.each([
    ['an array', [accessClaims]],
    ['null', null],
    ['a text', '"x"'],
    ['a number', 1],
    ['no JSON', 'x'],
  ])('a payload that is %s', (_, payload) =>
    expect(whyOf(forge(header, payload))).toBe('the payload is not a JSON object'),
  );
});

describe('a kid that nobody knows', () => {
  const hostile = [
    'b',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '../../../dev/null',
  ];
  const more = ["' OR 1=1 --", 'https://evil.example/k', '', '\u0000', 'a\u0000', 'A', ' a'];
  test.each([...hostile, ...more])('%p is only ever looked up', (kid) => {
    expect(verifyToken(forge({ ...header, kid }), rules('at+jwt'))).toEqual({
      kind: 'unknown-key',
      kid,
    });
  });
});

describe('the order of the checks', () => {
  const expired = { ...accessClaims, exp: NOW - 1 };
  const broken = (changed: object) => {
    const parts = forge({ ...header, ...changed }, expired).split('.');
    return `${parts[0]}.${parts[1]}.AAAA`;
  };

  test('from the shape to the claims, each step hides all that follow', () => {
    expect(kindOf(`${broken({ typ: 'JWT' })}.`)).toBe('malformed');
    expect(whyOf(broken({ typ: 'JWT', zip: 1, kid: 'b', alg: 'none' }))).toBe('typ is not at+jwt');
    expect(whyOf(broken({ zip: 1, kid: 'b', alg: 'none' }))).toMatch(/members/);
    expect(kindOf(broken({ kid: 'b', alg: 'none' }))).toBe('unknown-key');
    expect(whyOf(broken({ alg: 'none' }))).toBe('alg is not that of the key');
    expect(whyOf(broken({}))).toBe('the signature does not match');
    expect(kindOf(forge(header, { ...expired, sub: '' }))).toBe('invalid');
    expect(kindOf(forge(header, expired))).toBe('expired');
  });

  test('a signature is judged without looking at the payload', () => {
    expect(checkSignature(forge(header, 'x'), accessRing, 'at+jwt').kind).toBe('signed');
    expect(checkSignature(forge({ alg: 'HS256', kid: 'a' }), accessRing, null).kind).toBe('signed');
  });
});
