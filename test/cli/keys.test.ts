import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cli, cliWithDatabase, tempFolder } from './cli.js';

const masterKey = () => randomBytes(32).toString('base64url');
const listed = async (it: ReturnType<typeof cliWithDatabase>, more: string[] = []) =>
  JSON.parse((await it.run(['keys', 'list', '--json', ...more])).stdout) as {
    kid: string;
    purpose: string;
    algorithm: string;
    state: string;
    home: string;
  }[];
const states = async (it: ReturnType<typeof cliWithDatabase>, more: string[] = []) =>
  (await listed(it, more)).map(
    ({ purpose, algorithm, state }) => `${purpose} ${algorithm} ${state}`,
  );
const fileOf = (it: { file: string }, name: string, text: string): string => {
  const file = join(dirname(dirname(it.file)), name);
  writeFileSync(file, text);
  return file;
};
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });

describe('gatehouse keys', () => {
  test('generate makes a first key that signs at once, and a second that waits', async () => {
    const it = cliWithDatabase();
    const first = await it.run(['keys', 'generate', '--algorithm', 'ES256']);
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^The ES256 key \S+ signs access tokens from now on where JWT_ALGORITHM is ES256; here it is HS256\.\n$/,
      ),
    });
    const used = ['keys', 'generate', '--algorithm', 'ES256', '--jwt-algorithm', 'ES256'];
    expect((await cliWithDatabase().run(used)).stdout).toMatch(/access tokens from now on\.\n$/);
    const second = await it.run([
      'keys',
      'generate',
      '--algorithm',
      'ES256',
      '--key-publish-delay',
      '1h',
    ]);
    expect(second.stdout).toMatch(/signs access tokens from 20\d\d-/);
    expect(await states(it, ['--jwt-algorithm', 'ES256'])).toEqual(
      expect.arrayContaining(['access ES256 signs', 'access ES256 waits']),
    );
  });

  test('rotate replaces the keys of the algorithm that is there, for both purposes', async () => {
    const it = cliWithDatabase();
    await it.run(['keys', 'generate', '--algorithm', 'RS256']);
    await it.run(['keys', 'generate', '--purpose', 'refresh']);
    const rotated = await it.run(['keys', 'rotate']);
    expect(rotated.stdout).toMatch(/^The RS256 key .*\nThe keys before it verify until their last/);
    expect((await it.run(['keys', 'rotate', '--now'])).stdout).toMatch(/verify nothing any more/);
    // Last, for it waits two seconds only, and a pair of RSA keys may take as long to make.
    expect((await it.run(['keys', 'rotate', '--purpose', 'refresh'])).stdout).toMatch(/^The HS256/);
    expect((await states(it, ['--jwt-algorithm', 'RS256'])).sort()).toEqual([
      'access RS256 retired',
      'access RS256 retired',
      'access RS256 signs',
      'refresh HS256 signs',
      'refresh HS256 waits',
    ]);
  });

  test('rotate asks which where there are several, and never retires another algorithm', async () => {
    const it = cliWithDatabase();
    await it.run(['keys', 'generate', '--algorithm', 'ES256']);
    await it.run(['keys', 'generate', '--algorithm', 'RS256']);
    expect(await it.run(['keys', 'rotate'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /no access key for HS256 .*: the database has keys for .*--algorithm/,
      ),
    });
    await it.run(['keys', 'rotate', '--algorithm', 'ES256', '--now']);
    const rsaKey = (await listed(it)).find(({ algorithm }) => algorithm === 'RS256');
    expect(rsaKey?.state).not.toBe('retired');
  });

  test.each([
    [['--algorithm', 'ES384'], '--algorithm ES384'],
    [['--purpose', 'refresh'], '--purpose refresh'],
  ])('rotate %j without such a key says which first key to make', async (flags, made) => {
    const it = cliWithDatabase();
    await it.run(['migrate']);
    const { code, stderr } = await it.run(['keys', 'rotate', ...flags]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`make a first key: gatehouse keys generate ${made}\n`),
    });
  });

  test('retire ends a key that has a successor, and no other', async () => {
    const it = cliWithDatabase();
    // A pair waits for minutes before it signs, a secret for no longer than a loaded machine takes.
    const generate = ['keys', 'generate', '--algorithm', 'ES256'];
    await it.run(generate);
    const [only] = await listed(it);
    expect(await it.run(['keys', 'retire', only!.kid])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/still signs, and no other key takes its place.*keys rotate/),
    });
    await it.run(generate);
    expect((await it.run(['keys', 'retire', only!.kid, '--now'])).code).toBe(1);
    const later = await it.run(['keys', 'retire', only!.kid]);
    expect(later).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/verifies nothing from 20/),
    });
    expect(await it.run(['keys', 'retire', 'nobody'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /no key with the kid nobody.*See all with: gatehouse keys list/,
      ),
    });
    expect(await it.run(['keys', 'retire', '--', '-Hx'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no key with the kid -Hx'),
    });
  });

  test('import takes a PEM and a JWK, each with the algorithm that suits it', async () => {
    const it = cliWithDatabase();
    const pem = fileOf(it, 'rsa.pem', rsa.privateKey);
    expect((await it.run(['keys', 'import', pem])).stdout).toMatch(/^The RS256 key \S+ signs/);
    const jwk = JSON.stringify(p384.privateKey.export({ format: 'jwk' }));
    const taken = await it.run(['keys', 'import', '-', '--algorithm', 'ES384'], jwk);
    expect(taken.stdout).toMatch(/^The ES384 key \S+ signs/);
    const oct = { kty: 'oct', alg: 'HS512', kid: 'mine', k: randomBytes(64).toString('base64url') };
    expect((await it.run(['keys', 'import', '-'], JSON.stringify(oct))).stdout).toContain('mine');
    expect(await it.run(['keys', 'import', pem])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/There is a key with the kid \S+ already/),
    });
  });

  test.each([
    ['a public key', rsa.publicKey, /only verifies/],
    ['that of a curve', p384.publicKey.export({ type: 'spki', format: 'pem' }), /only verifies/],
    ['no key', 'nothing', /no PEM block was found/],
    ['broken JSON', '{"kty":', /not valid JSON/],
    [
      'a JWK without an algorithm',
      JSON.stringify(p384.privateKey.export({ format: 'jwk' })),
      /`alg`/,
    ],
    [
      'a kid that no header should carry',
      JSON.stringify({ kty: 'oct', alg: 'HS256', kid: 'a b', k: 'A'.repeat(43) }),
      /A kid has 1 to 128 printable/,
    ],
    ['a short secret', '{"kty":"oct","alg":"HS256","k":"aGlkZGVu"}', /at least 32 bytes/],
  ])('import refuses %s, and shows nothing of it', async (_, text, sentence) => {
    const it = cliWithDatabase();
    const ran = await it.run(['keys', 'import', '-'], text.toString());
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(sentence) });
    expect(ran.stderr).not.toMatch(/aGlkZGVu|MII/);
  });

  test('export prints public keys only, and only when asked to by name', async () => {
    const it = cliWithDatabase();
    await it.run(['keys', 'generate', '--algorithm', 'ES256']);
    await it.run(['keys', 'generate', '--purpose', 'refresh']);
    expect(await it.run(['keys', 'export'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('gatehouse keys export --public'),
    });
    const { stdout } = await it.run(['keys', 'export', '--public', '--jwt-algorithm', 'ES256']);
    const { keys } = JSON.parse(stdout) as { keys: Record<string, string>[] };
    expect(keys).toEqual([expect.objectContaining({ kty: 'EC', use: 'sig', alg: 'ES256' })]);
    expect(keys[0]).not.toHaveProperty('d');
  });

  test('show keys of the settings for what they are, and do not change them', async () => {
    const it = cliWithDatabase();
    await it.run(['keys', 'generate']);
    const secret = ['--jwt-secret-key', 'a secret of more than thirty-two bytes'];
    expect(await states(it, secret)).toEqual([
      'access HS256 signs',
      'access HS256 unused',
      'refresh HS256 signs',
    ]);
    for (const command of [['rotate'], ['generate'], ['rotate', '--purpose', 'refresh']]) {
      expect(await it.run(['keys', ...command, ...secret])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('JWT_SECRET_KEY'),
      });
    }
  });

  test.each([
    [['generate', '--algorithm', 'none'], /--algorithm must be HS256/],
    [['generate', '--purpose', 'id'], /--purpose must be access or refresh; it is "id"/],
    [['retire'], /KID is missing/],
    [['import'], /FILE is missing/],
  ])('%j is a usage error that says the fix', async (args, sentence) => {
    const ran = await cliWithDatabase().run(['keys', ...args]);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(sentence) });
  });

  test('refresh tokens get no other algorithm', async () => {
    const args = ['keys', 'generate', '--purpose', 'refresh', '--algorithm', 'ES256'];
    expect(await cliWithDatabase().run(args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('always signed with HS256'),
    });
  });
});

describe('GATEHOUSE_MASTER_KEY', () => {
  const inFolder = () => join(tempFolder(), 'gatehouse.db');

  test('seals what is generated, and a wrong one stops commands that open keys with exit code 3', async () => {
    const GATEHOUSE_DATABASE = inFolder();
    const env = { GATEHOUSE_DATABASE, GATEHOUSE_MASTER_KEY: masterKey(), JWT_ALGORITHM: 'ES256' };
    await cli(['keys', 'generate'], { env });
    expect((await cli(['keys', 'export', '--public'], { env })).code).toBe(0);
    const wrong = { ...env, GATEHOUSE_MASTER_KEY: masterKey() };
    expect(await cli(['keys', 'export', '--public'], { env: wrong })).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/GATEHOUSE_MASTER_KEY\) does not open the keys/),
    });
    expect(await cli(['serve', '--port', '0'], { env: wrong })).toMatchObject({ code: 3 });
  });

  test('other than the one of the database’s keys makes no further key: no server could open it', async () => {
    const env = { GATEHOUSE_DATABASE: inFolder() };
    const right = { ...env, GATEHOUSE_MASTER_KEY: masterKey() };
    await cli(['keys', 'generate'], { env: right });
    for (const wrong of [{ ...env, GATEHOUSE_MASTER_KEY: masterKey() }, env]) {
      for (const command of [['generate'], ['rotate', '--now']]) {
        expect(await cli(['keys', ...command], { env: wrong })).toMatchObject({
          code: 3,
          stderr: expect.stringMatching(/GATEHOUSE_MASTER_KEY/),
        });
      }
    }
    const { stdout } = await cli(['keys', 'list', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject([{ state: 'signs' }]);
  });

  test('that is no key of 32 bytes stops the start', async () => {
    const env = { GATEHOUSE_DATABASE: inFolder(), GATEHOUSE_MASTER_KEY: 'hidden' };
    const ran = await cli(['keys', 'list'], { env });
    expect(ran).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/GATEHOUSE_MASTER_KEY must be 32 random bytes in base64url/),
    });
    expect(ran.stderr).not.toContain('hidden');
  });
});

describe('an algorithm for key pairs', () => {
  test('without a pair stops the server with exit code 3, and with a generated one it starts', async () => {
    const it = cliWithDatabase();
    const start = ['serve', '--port', '0', '--jwt-algorithm', 'ES256', '--log-level', 'silent'];
    expect(await it.run(start)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/is ES256, .*JWT_PUBLIC_KEY.*keys generate --algorithm ES256/),
    });
    await it.run(['keys', 'generate', '--algorithm', 'ES256']);
    expect((await it.run(start)).code).toBe(0);
  });
});
