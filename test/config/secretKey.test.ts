import { describe, expect, test } from '@jest/globals';
import { configOf, problemsOf } from './load.js';
import { keyPair, SECRET } from './samples.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const OTHER = SECRET.toUpperCase();

describe('the secret key', () => {
  test('is the UTF-8 bytes of its text, blanks included', () => {
    const secret = ` ü ${SECRET} `;
    expect(configOf({ env: { JWT_SECRET_KEY: secret } }).jwt.secretKey).toEqual([bytes(secret)]);
  });

  test('is several, in their order, as a JSON array or an array in code', () => {
    const both = [bytes(OTHER), bytes(SECRET)];
    for (const before of ['', ' ', '\n  ']) {
      const env = { JWT_SECRET_KEY: `${before}${JSON.stringify([OTHER, SECRET])}\n` };
      expect(configOf({ env }).jwt.secretKey).toEqual(both);
    }
    expect(
      configOf({ code: { jwt: { secretKey: [OTHER, bytes(SECRET)] } } }).jwt.secretKey,
    ).toEqual(both);
  });

  test.each(['', '[]', '[""]', '[1]', '["a"', `["${SECRET}","${SECRET}"]`])(
    'stops the start when it is %j',
    (value) => {
      const problems = problemsOf({ env: { JWT_SECRET_KEY: value } });
      expect(problems).toEqual([expect.stringMatching(/^JWT_SECRET_KEY (must be|begins with)/)]);
      if (value.length > 10) expect(problems.join()).not.toContain(SECRET);
    },
  );

  test('empty is said to be empty', () => {
    expect(problemsOf({ env: { JWT_SECRET_KEY: '' } })[0]).toContain('it is empty');
  });
});

describe('the key pair', () => {
  const code = {
    jwt: { algorithm: 'RS256', publicKey: 'a/public.pem', privateKey: 'p.pem' },
  } as const;

  test('is read from files', () => {
    const files: Record<string, string> = {
      'a/public.pem': keyPair.publicKey,
      'p.pem': keyPair.privateKey,
    };
    const { jwt } = configOf({ code, readFile: (path) => files[path] as string });
    expect(jwt).toMatchObject(keyPair);
  });

  test('may have its line breaks written as \\n', () => {
    const flat = (pem: string) => pem.trim().replaceAll('\n', '\\n');
    const env = {
      JWT_ALGORITHM: 'PS256',
      JWT_PUBLIC_KEY: flat(keyPair.publicKey),
      JWT_PRIVATE_KEY: flat(keyPair.privateKey),
    };
    expect(configOf({ env }).jwt).toMatchObject(keyPair);
  });

  test('a file that cannot be read is said to be so', () => {
    expect(problemsOf({ code })[0]).toMatch(
      /^jwt\.publicKey is taken for the path of a PEM file, and that file cannot be read \(ENOENT\)/,
    );
  });
});
