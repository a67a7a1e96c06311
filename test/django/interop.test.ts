import { beforeAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPasswordHasher } from '../../src/tokens/password.js';
import { decodeToken, signToken } from '../../src/tokens/jwt.js';
import { importKeyPair, importSecret } from '../../src/tokens/keys.js';
import { codeOf, testAuth } from '../support/auth.js';
import { importDump, legacyAuth, type Legacy } from '../support/legacy.js';
import { committed, fileOf, hasDjango, python, type Issued } from './issued.js';

/**
 * What Django, simplejwt and PyJWT make, and what they say to ours. All of it runs on what was recorded when it was
 * written, and where Debian's packages are installed on what they make now. UPDATE_DJANGO=1 records anew what they say
 * to ours; `issue.py` tells how to record the rest.
 */
const live = hasDjango ? (JSON.parse(python('issue.py')) as Issued) : null;
const documents: [string, Issued][] = [
  ['recorded', committed],
  ...(live === null ? [] : [['made by the Django of this machine', live] as [string, Issued]]),
];

// Another version may say the same in other words.
if (live !== null && JSON.stringify(live.versions) === JSON.stringify(committed.versions)) {
  test('what is recorded says what the Django of this machine says', () => {
    const said = ({ tokens }: Issued) =>
      Object.values(tokens).map((all) =>
        Object.entries(all).map(([name, token]) => [name, decodeToken(token).claims]),
      );
    expect(said(committed)).toEqual(said(live));
    expect(committed.dump.map(({ pk }) => pk)).toEqual(live.dump.map(({ pk }) => pk));
  });
}

describe.each(documents)('tokens %s', (_, issued) => {
  const { tokens } = issued;
  const ask = async (legacy: Partial<Legacy>, authorization: string) => {
    const asked = await (
      await legacyAuth(legacy, {}, issued)
    ).ask(authorization, '{ me { id } sessions { id } }');
    return asked.data?.me?.id ?? codeOf(asked);
  };

  test('djangorestframework-jwt: its access tokens, refreshable, refreshed or not', async () => {
    const { access, refreshable, renewed, named, long } = tokens['drf-jwt'];
    for (const token of [access, refreshable, renewed]) {
      expect(await ask({ kind: 'drf-jwt' }, `JWT ${token}`)).toBe('1');
    }
    expect(await ask({ kind: 'drf-jwt' }, `JWT ${named}`)).toBe('UNAUTHENTICATED TOKEN_INVALID');
    const old = { audience: 'old-api', issuer: 'https://old.example.com' };
    expect(await ask({ kind: 'drf-jwt', ...old }, `JWT ${named}`)).toBe('1');
    expect(await ask({ kind: 'drf-jwt', ...old }, `JWT ${access}`)).toBe(
      'UNAUTHENTICATED TOKEN_INVALID',
    );
    expect(await ask({ kind: 'drf-jwt' }, `JWT ${long}`)).toBe('UNAUTHENTICATED TOKEN_INVALID');
    expect(await ask({ kind: 'drf-jwt', lifetime: '7d' }, `JWT ${long}`)).toBe('1');
  });

  test('simplejwt: its access and sliding tokens, refreshed or not, and no refresh token', async () => {
    const { access, sliding, renewed, refresh, named, rs256 } = tokens.simplejwt;
    for (const token of [access, sliding, renewed]) {
      expect(await ask({ kind: 'simplejwt' }, `Bearer ${token}`)).toBe('2');
    }
    // However long its tokens live: a refresh token is none of them.
    const refused = [refresh, named, rs256].map((token) =>
      ask({ kind: 'simplejwt', lifetime: '2d' }, `Bearer ${token}`),
    );
    expect(await Promise.all(refused)).toEqual(Array(3).fill('UNAUTHENTICATED TOKEN_INVALID'));
    const old = { audience: 'old-api', issuer: 'https://old.example.com' };
    expect(await ask({ kind: 'simplejwt', ...old }, `Bearer ${named}`)).toBe('2');
  });

  test('simplejwt with a key pair: by its public key alone', async () => {
    const rs256 = { kind: 'simplejwt', algorithm: 'RS256', key: fileOf('public.pem') } as const;
    expect(await ask(rs256, `Bearer ${tokens.simplejwt.rs256}`)).toBe('2');
    expect(await ask(rs256, `Bearer ${tokens.simplejwt.access}`)).toBe(
      'UNAUTHENTICATED TOKEN_INVALID',
    );
    // Its tokens under the key of another kind.
    expect(await ask({ kind: 'drf-jwt' }, `JWT ${tokens.simplejwt.refresh}`)).toBe(
      'UNAUTHENTICATED TOKEN_INVALID',
    );
  });

  test.each([
    [null, ['2', '2', 'UNAUTHENTICATED TOKEN_INVALID']],
    ['email', [...Array<string>(2).fill('UNAUTHENTICATED TOKEN_INVALID'), '1']],
  ])(
    'django-graphql-jwt: by the field that was imported as the username (%s), refreshable or not',
    async (usernameField, expected) => {
      const before = await testAuth();
      before.clock.set(issued.now * 1000);
      const key = issued.secretKey;
      const it = await testAuth(
        { legacyTokens: { kind: 'graphql-jwt', until: '2031-01-01', key } },
        { before },
      );
      await importDump(it, issued.dump, { usernameField });
      const { access, email, unrefreshable } = tokens['graphql-jwt'];
      const ids = [access, unrefreshable, email].map(async (token) => {
        const asked = await it.run('{ me { id } }', { authorization: [`JWT ${token}`] });
        return asked.data?.me?.id ?? codeOf(asked);
      });
      expect(await Promise.all(ids)).toEqual(expected);
    },
  );
});

describe.each(documents)('passwords %s', (_, issued) => {
  /** The users of the dump on a server whose hashes are cheap. */
  async function imported() {
    const it = await testAuth();
    await importDump(it, issued.dump);
    const login = async (email: string, password: string) =>
      codeOf(
        await it.run(
          'mutation($email: String!, $password: String!) { login(input: { email: $email, password: $password }) { user { id } } }',
          { variables: { email, password } },
        ),
      );
    const hashOf = async (email: string) => (await it.store.userByEmail(email))?.passwordHash;
    return { login, hashOf, statements: it.statements };
  }

  test('that Django hashed log in, and are hashed anew at that moment', async () => {
    const { login, hashOf } = await imported();
    for (const name of ['ann', 'bob', 'cy', 'dee', 'eve', 'fay']) {
      const email = `${name}@example.com`;
      const password = issued.passwords[name] ?? issued.passwords['bob@work'] ?? '';
      expect(await hashOf(email)).toMatch(
        /^(pbkdf2_sha256|argon2|bcrypt_sha256|bcrypt|pbkdf2_sha1|scrypt)\$/,
      );
      expect([name, await login(email, password)]).toEqual([name, '']);
      expect(await hashOf(email)).toMatch(/^\$argon2id\$/);
      expect([name, await login(email, password)]).toEqual([name, '']);
    }
  });

  test('of a disabled account, an unusable one and one we cannot read let nobody in', async () => {
    const { login } = await imported();
    const password = issued.passwords['ann'] as string;
    expect(await login('hal@example.com', password)).toBe('ACCOUNT_DISABLED');
    expect(await login('hal@example.com', 'wrong')).toBe('INVALID_CREDENTIALS');
    expect(await login('gil@example.com', `!${'u'.repeat(40)}`)).toBe('INVALID_CREDENTIALS');
    expect(await login('gil@example.com', '')).toBe('INVALID_CREDENTIALS');
    expect(await login('ida@example.com', password)).toBe('INVALID_CREDENTIALS');
  });

  test('are compared as they were typed there, and however they are typed afterwards', async () => {
    const { login } = await imported();
    const decomposed = issued.passwords['eve'] as string;
    const composed = decomposed.normalize('NFC');
    expect(composed).not.toBe(decomposed);
    expect(await login('eve@example.com', composed)).toBe('INVALID_CREDENTIALS');
    expect(await login('eve@example.com', decomposed)).toBe('');
    expect(await login('eve@example.com', composed)).toBe('');
  });
});

test('a wrong password matches none of the hashes, nor does the hash itself', async () => {
  const hasher = createPasswordHasher();
  for (const { model, fields } of committed.dump) {
    if (model !== 'auth.user') continue;
    const hash = fields['password'] as string;
    const kinds = await Promise.all([hasher.verify(hash, 'wrong'), hasher.verify(hash, hash)]);
    expect(kinds).toEqual([{ kind: 'mismatch' }, { kind: 'mismatch' }]);
  }
});

describe('in the other direction', () => {
  const claims = {
    sub: '2',
    sid: 'q83vq83vq83vq83vq83vqw',
    gen: 0,
    iat: committed.now,
    exp: committed.now + 300,
    jti: 'a',
    orig_iat: committed.now,
    auth_time: committed.now,
    scope: 'posts:write',
    roles: ['editor'],
    ver: '1.1',
  };
  const secret = new TextEncoder().encode(committed.secretKey);
  const pair = { privateKey: fileOf('private.pem'), publicKey: fileOf('public.pem') };
  const asked = {
    HS256: {
      key: committed.secretKey,
      tokens: [
        signToken(claims, 'at+jwt', importSecret(secret, 'HS256')),
        signToken({ ...claims, exp: committed.now }, 'at+jwt', importSecret(secret, 'HS256')),
      ],
    },
    RS256: {
      key: pair.publicKey,
      tokens: [
        signToken(claims, 'at+jwt', importKeyPair(pair, 'RS256')),
        signToken({ ...claims, exp: committed.now }, 'at+jwt', importKeyPair(pair, 'RS256')),
      ],
    },
  };
  const answered = [
    { pyjwt: claims, simplejwt: '2' },
    { pyjwt: 'ExpiredSignatureError', simplejwt: 'InvalidToken' },
  ];
  const verify = (algorithm: string, key: string, tokens: readonly string[]): unknown =>
    JSON.parse(python('verify.py', JSON.stringify({ now: committed.now, algorithm, key, tokens })));

  // With HS256 and RS256 the same claims give the same text, so that what was recorded was said of these very tokens.
  test.each(['HS256', 'RS256'] as const)(
    'PyJWT and simplejwt have verified our %s access tokens',
    (algorithm) => {
      const recorded = JSON.parse(fileOf('verified.json')) as Record<string, unknown>;
      expect(recorded[algorithm]).toEqual({ tokens: asked[algorithm].tokens, answered });
    },
  );

  if (hasDjango) {
    beforeAll(() => {
      if (process.env['UPDATE_DJANGO'] === undefined) return;
      const answers = Object.entries(asked).map(([algorithm, { key, tokens }]) => [
        algorithm,
        { tokens, answered: verify(algorithm, key, tokens) },
      ]);
      const file = join(import.meta.dirname, 'verified.json');
      writeFileSync(file, `${JSON.stringify(Object.fromEntries(answers), null, 2)}\n`);
    });

    test.each(['HS256', 'RS256'] as const)(
      'they verify the %s tokens of a login on this machine, and no refresh token',
      async (algorithm) => {
        const keys =
          algorithm === 'HS256' ? { secretKey: committed.secretKey } : { ...pair, algorithm };
        const before = await testAuth();
        before.clock.set(committed.now * 1000);
        const it = await testAuth({ jwt: keys }, { before });
        const { accessToken, refreshToken, user } = await it.signup();
        const { key, tokens } = asked[algorithm];
        const isRefused = { pyjwt: expect.stringMatching(/Error$/), simplejwt: 'InvalidToken' };
        expect(verify(algorithm, key, [...tokens, accessToken, refreshToken])).toEqual([
          ...answered,
          { pyjwt: expect.objectContaining({ sub: user.id }), simplejwt: user.id },
          isRefused,
        ]);
      },
    );
  }
});
