import { describe, expect, test } from '@jest/globals';
import { createAuth } from '../../src/index.js';
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

describe('a secret that is the path of a file', () => {
  const PATH = '/run/secrets/jwt';
  const files = [PATH, './jwt', '../jwt', 'secrets/jwt', 'C:\\jwt'];
  const problems = (options: Parameters<typeof problemsOf>[0]) =>
    problemsOf({ ...options, fileExists: (path) => files.includes(path) });
  const WHY =
    'is the path of a file, and the path itself would be the secret, which anybody can guess';

  test.each([...files, `${PATH}\n`])('is refused with the fix: %j', (path) => {
    expect(problems({ env: { JWT_SECRET_KEY: path } })).toEqual([
      `JWT_SECRET_KEY ${WHY}. Set it to what the file holds: JWT_SECRET_KEY="$(cat FILE)".`,
    ]);
  });

  test('is refused as a flag, in a list and in code', () => {
    expect(problems({ flags: { 'jwt-secret-key': PATH } })).toEqual([
      `--jwt-secret-key ${WHY}. Set it to what the file holds: --jwt-secret-key "$(cat FILE)".`,
    ]);
    const both = { JWT_SECRET_KEY: JSON.stringify([SECRET, PATH]) };
    expect(problems({ env: both })).toEqual([expect.stringContaining(WHY)]);
    for (const secretKey of [PATH, [SECRET, PATH]]) {
      expect(problems({ code: { jwt: { secretKey } } })).toEqual([
        `jwt.secretKey ${WHY}. Set it to what the file holds: readFileSync(FILE, 'utf8').trim().`,
      ]);
    }
  });

  test('is refused as the key of an old system', () => {
    const legacyTokens = { kind: 'drf-jwt', until: '2027-01-31', key: PATH } as const;
    for (const options of [
      { code: { legacyTokens } },
      { env: { GATEHOUSE_LEGACY_TOKENS: JSON.stringify(legacyTokens) } },
    ]) {
      expect(problems(options)).toEqual([
        expect.stringMatching(
          new RegExp(`has a key that ${WHY}\\. Set its key to what the file holds\\.$`),
        ),
      ]);
    }
  });

  test('is a secret where no such file is there: base64 may begin with a slash', () => {
    for (const secret of [`/${SECRET}`, `./${SECRET}`]) {
      expect(problems({ env: { JWT_SECRET_KEY: secret } })).toEqual([]);
    }
    // Nor are files looked for under names that are no paths.
    expect(problemsOf({ env: { JWT_SECRET_KEY: SECRET }, fileExists: () => true })).toEqual([]);
  });

  test.each(['/dev/zero', '/proc/self/fd/0', import.meta.dirname])(
    'is not read to know it, and may be a folder: %s',
    (secretKey) => {
      expect(() => createAuth({ database: ':memory:', jwt: { secretKey } })).toThrow(WHY);
    },
  );
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
