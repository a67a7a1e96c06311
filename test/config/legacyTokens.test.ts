import { describe, expect, test } from '@jest/globals';
import { configFromCode } from '../../src/config.js';
import { configOf, problemsOf } from './load.js';
import { keyPair, SECRET } from './samples.js';

const NAME = 'GATEHOUSE_LEGACY_TOKENS';
const good = { kind: 'simplejwt', until: '2027-01-31', key: SECRET };
const env = (value: unknown) => ({ [NAME]: JSON.stringify(value) });
const legacyOf = (value: unknown) => configOf({ env: env(value) }).legacyTokens;

describe('legacyTokens', () => {
  test.each([
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2027-01-31T12:00Z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31T12:00:00+02:00', '2027-01-31T10:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('until %s means %s', (until, means) => {
    expect(legacyOf({ ...good, until })?.until).toBe(Date.parse(means));
  });

  test('has the prefix of its kind', () => {
    expect(legacyOf(good)?.prefix).toBe('Bearer');
    expect(legacyOf({ ...good, kind: 'drf-jwt' })?.prefix).toBe('JWT');
    expect(legacyOf({ ...good, kind: 'graphql-jwt' })?.prefix).toBe('JWT');
    expect(legacyOf({ ...good, prefix: 'Token' })?.prefix).toBe('Token');
  });

  test('is an object in code, where until may be a Date and the key bytes', () => {
    const config = configFromCode('test', {
      code: {
        legacyTokens: {
          kind: 'drf-jwt',
          until: new Date('2027-01-31'),
          key: [new TextEncoder().encode(SECRET), 'x'.repeat(32)],
          lifetime: '1h',
        },
      },
      readFile: () => '',
    });
    expect(config.legacyTokens).toMatchObject({ until: Date.UTC(2027, 0, 31), lifetime: 3600 });
    expect(config.legacyTokens?.key).toHaveLength(2);
    expect(Object.isFrozen(config.legacyTokens)).toBe(true);
  });

  test('has the key of our own tokens where it has none', () => {
    const { key: _, ...keyless } = good;
    expect(_).toBe(SECRET);
    expect(problemsOf({ env: { ...env(keyless), JWT_SECRET_KEY: SECRET } })).toEqual([]);
    const pair = {
      JWT_PUBLIC_KEY: keyPair.publicKey,
      JWT_PRIVATE_KEY: keyPair.privateKey,
      JWT_ALGORITHM: 'RS256',
    };
    expect(problemsOf({ env: { ...env({ ...keyless, algorithm: 'RS256' }), ...pair } })).toEqual(
      [],
    );
    expect(problemsOf({ env: { ...env({ ...keyless, algorithm: 'RS512' }), ...pair } })).toEqual([
      `${NAME} has no key for RS512, and no other setting has one. Set its "key" to the public key that verifies RS512.`,
    ]);
    expect(problemsOf({ env: env(keyless) })).toEqual([
      `${NAME} has no key for HS256, and no other setting has one. Set its "key" to Django's SECRET_KEY.`,
    ]);
  });
});

describe('a wrong one stops the start with a sentence:', () => {
  test.each<[string, unknown, string]>([
    [
      'a kind',
      { ...good, kind: 'jwt' },
      'must be an object whose kind is one of drf-jwt, simplejwt, graphql-jwt; it is "jwt".',
    ],
    [
      'no kind',
      { until: '2027-01-31' },
      'whose kind is one of drf-jwt, simplejwt, graphql-jwt; it is missing.',
    ],
    [
      'no end',
      { kind: 'drf-jwt' },
      'whose until is a date such as 2027-01-31, or a moment such as 2027-01-31T12:00:00Z; it is missing.',
    ],
    ['an end in words', { ...good, until: 'soon' }, 'it is "soon".'],
    ['a day that is none', { ...good, until: '2027-02-29' }, 'it is "2027-02-29".'],
    [
      'a moment without a zone',
      { ...good, until: '2027-02-01T12:00' },
      'it is "2027-02-01T12:00".',
    ],
    ['an end that is a number', { ...good, until: 1_800_000_000 }, 'it is 1800000000.'],
    ['an algorithm', { ...good, algorithm: 'none' }, 'whose algorithm is one of HS256, '],
    [
      'a prefix',
      { ...good, prefix: 'two words' },
      'whose prefix is one word of letters, digits or -._~+; it is "two words".',
    ],
    ['a lifetime', { ...good, lifetime: 0 }, 'whose lifetime is a duration such as 30s'],
    [
      'an empty audience',
      { ...good, audience: '' },
      'whose audience is a non-empty text; it is "".',
    ],
    [
      'a misspelt member',
      { ...good, untill: 'x' },
      '"untill" is none of them (did you mean until?).',
    ],
    [
      'an empty key',
      { ...good, key: '' },
      'whose key is the secret of HS256 as text, or a list of several; it is not.',
    ],
    ['a key that is a number', { ...good, key: 7 }, 'whose key is the secret of HS256'],
    ['a secret for a key pair', { ...good, algorithm: 'RS256' }, 'whose key is '],
    [
      'a private key',
      { ...good, algorithm: 'RS256', key: keyPair.privateKey },
      'whose key is a public key as PEM text',
    ],
    [
      'no public key',
      { ...good, algorithm: 'ES256', key: [] },
      'whose key is a public key as PEM text',
    ],
    ['a list', [good], 'must be a JSON object with kind'],
  ])('%s', (_, value, sentence) => {
    const [problem, ...others] = problemsOf({ env: env(value) });
    expect(others).toEqual([]);
    expect(problem).toMatch(new RegExp(`^${NAME} must be `));
    expect(problem).toContain(sentence);
    expect(problem).toContain(
      `Write ${NAME}='{"kind":"simplejwt","until":"2027-01-31"}', or unset it.`,
    );
    expect(problem).not.toContain(SECRET.slice(0, 20));
    expect(problem).not.toContain('BEGIN PRIVATE');
  });

  test('no JSON, on the command line', () => {
    const [problem] = problemsOf({ flags: { 'legacy-tokens': `{key:${SECRET}` } });
    expect(problem).toMatch(
      /^--legacy-tokens must be a JSON object with kind .*; it is not\. Write --legacy-tokens '\{"kind"/,
    );
    expect(problem).not.toContain(SECRET);
  });

  test('in code, with what to write there', () => {
    const [problem] = problemsOf({ code: { legacyTokens: { kind: 'drf-jwt', until: 'x' } } });
    expect(problem).toContain(
      "Write legacyTokens: { kind: 'simplejwt', until: '2027-01-31' }, or leave it out.",
    );
  });

  test('a secret that stands where none belongs is not repeated', () => {
    const [problem] = problemsOf({ env: env({ ...good, prefix: `my ${SECRET}` }) });
    expect(problem).toContain('whose prefix is one word');
    expect(problem).not.toContain(SECRET);
  });

  test.each([
    [
      'a secret shorter than the hash',
      { ...good, key: 'too short' },
      // Not "make a longer one": that verifies no token of Django.
      /The key of .*: Expected a secret of at least 32 bytes for HS256, but this one has 9\. .* Give Django a longer one some days before the move, or leave legacyTokens out: everybody then logs in once\.$/,
    ],
    [
      "Django's 50 characters under HS512",
      { ...good, algorithm: 'HS512', key: 'x'.repeat(50) },
      /at least 64 bytes for HS512, but this one has 50\./,
    ],
    [
      'a public key as a secret',
      { ...good, key: keyPair.publicKey },
      /this is a public key, which is no secret/,
    ],
    [
      'a key of another kind',
      { ...good, algorithm: 'ES256', key: keyPair.publicKey },
      /on the curve P-256 for ES256/,
    ],
  ])('%s', (_, value, sentence) => {
    const problems = problemsOf({ env: env(value) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(NAME);
    expect(problems[0]).toMatch(sentence);
    expect(problems[0]).not.toContain('too short"');
  });
});
