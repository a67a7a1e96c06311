import { describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { DecodeHandler, EncodeHandler, TokenPayload } from '../../../src/index.js';
import { codeOf, testAuth } from '../../support/auth.js';
import { heardLog, masked, LOGIN, REFRESH } from '../support.js';

const sign = (text: string) => createHmac('sha256', 'of our own').update(text).digest('hex');

/** A format that has nothing of a JWT: hexadecimal text and its HMAC. */
const encodeHandler: EncodeHandler = (payload) => {
  const text = Buffer.from(JSON.stringify(payload)).toString('hex');
  return `own:${text}:${sign(text)}`;
};
const decodeHandler: DecodeHandler = (token) => {
  const [own, text = '', signature] = token.split(':');
  if (own !== 'own' || sign(text) !== signature) return null;
  return JSON.parse(Buffer.from(text, 'hex').toString()) as TokenPayload;
};
const own = { encodeHandler, decodeHandler };

const withClaims = (change: object): string => {
  const text = Buffer.from(JSON.stringify(change)).toString('hex');
  return `own:${text}:${sign(text)}`;
};

describe('jwt.encodeHandler', () => {
  test('makes access tokens in place of our signing; refresh tokens stay ours', async () => {
    const seen: TokenPayload[] = [];
    const it = await testAuth({
      jwt: { ...own, encodeHandler: (claims) => (seen.push(claims), encodeHandler(claims)) },
    });
    const { accessToken, refreshToken, user, session } = await it.signup();
    expect(accessToken).toMatch(/^own:/);
    expect(refreshToken.split('.')).toHaveLength(3);
    expect(seen).toEqual([
      expect.objectContaining({ sub: user.id, sid: session.id, gen: 0, roles: [], scope: '' }),
    ]);
    expect(Object.isFrozen(seen[0])).toBe(true);
    const { data } = await it.run('{ me { id } }', { token: accessToken });
    expect(data.me.id).toBe(user.id);
  });

  test('may take its time, for a key that is kept elsewhere', async () => {
    const jwt = {
      encodeHandler: async (claims: TokenPayload) => encodeHandler(claims),
      decodeHandler: async (token: string) => decodeHandler(token),
    };
    const it = await testAuth({ jwt });
    const { accessToken, refreshToken } = await it.signup();
    const renewed = await it.run(REFRESH, { variables: { token: refreshToken } });
    expect(renewed.errors).toBeUndefined();
    for (const token of [accessToken, renewed.data.refreshToken.accessToken]) {
      expect((await it.run('{ session { id } }', { token })).errors).toBeUndefined();
    }
  });

  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /must answer the token, a text .* it answered undefined\./],
    ['an empty text', '', /it answered an empty text\./],
    ['an object', {}, /it answered a value of the type object\./],
    ['a text with a blank', 'a b', /it answered a text with others\. Encode it as base64url\./],
    ['a text that no cookie can carry', 'a;b', /none of " , ; \\; it answered a text with others/],
    ['a text beyond ASCII', 'ü', /it answered a text with others/],
    ['a text with a line break', 'a\r\nx-evil: 1', /it answered a text with others/],
    ['too much', 'x'.repeat(8001), /at most 8000 characters; it answered 8001/],
  ])('that answers %s is refused, and the session is ended', async (_, answer, sentence) => {
    const [log, before] = [heardLog(), await testAuth()];
    const { user } = await before.signup();
    const jwt = { encodeHandler: () => answer as string };
    const it = await testAuth({ jwt }, { before, log });
    const { code, message, said } = masked(it, log, await it.run(LOGIN));
    expect([code, message]).toEqual(['INTERNAL_SERVER_ERROR', 'Something went wrong on our side.']);
    expect(said).toMatch(sentence);
    const [live] = await it.store.liveSessionsByUserIds([user.id]);
    expect(live).toHaveLength(1);
    const [event] = await it.store.auditEvents({ event: 'session_revoked', limit: 1 });
    expect(event).toMatchObject({ userId: user.id, details: { cause: 'no_tokens' } });
  });

  test('that is set alone is warned of at the start', async () => {
    const log = heardLog();
    await testAuth({ jwt: { encodeHandler } }, { log });
    expect(log.of('warn')).toEqual([
      expect.stringMatching(/^jwt\.encodeHandler is set and jwt\.decodeHandler is not: /),
    ]);
    const [silent, both] = [heardLog(), heardLog()];
    await testAuth({}, { log: silent });
    await testAuth({ jwt: own }, { log: both });
    expect([...silent.lines, ...both.lines]).toEqual([]);
  });
});

describe('jwt.decodeHandler', () => {
  const meWith = async (jwt: { decodeHandler: DecodeHandler }, token = 'own:a:b') => {
    const it = await testAuth({ jwt: { ...own, ...jwt } });
    return it.run('{ session { id } }', { token });
  };

  test('says by null that a token is not valid', async () => {
    expect(codeOf(await meWith({ decodeHandler: () => null }))).toBe(
      'UNAUTHENTICATED TOKEN_INVALID',
    );
    expect(codeOf(await meWith({ decodeHandler }))).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });

  test('reads the claims, and we judge them: times, parties, session, grants', async () => {
    const it = await testAuth({ jwt: { ...own, audience: 'api', issuer: 'us' } });
    const { accessToken } = await it.signup();
    const good = decodeHandler(accessToken) as Record<string, unknown>;
    const now = good['iat'] as number;
    const reasonOf = async (change: object) =>
      codeOf(await it.run('{ session { id } }', { token: withClaims({ ...good, ...change }) }));
    expect(await reasonOf({})).toBe('');
    for (const change of [
      { exp: undefined },
      { exp: String(now + 60) },
      { aud: 'others' },
      { aud: undefined },
      { iss: 'them' },
      { sub: 7 },
      { sub: 'somebody else' },
      { gen: -1 },
      { roles: 'admin' },
      { nbf: now + 3600 },
    ]) {
      expect([change, await reasonOf(change)]).toEqual([change, 'UNAUTHENTICATED TOKEN_INVALID']);
    }
    for (const change of [{ exp: now }, { exp: now + 301 }, { iat: now + 61, exp: now + 62 }]) {
      expect([change, await reasonOf(change)]).toEqual([change, 'UNAUTHENTICATED TOKEN_EXPIRED']);
    }
    expect(await reasonOf({ sid: 'unknown' })).toBe('UNAUTHENTICATED TOKEN_REVOKED');
    expect(await reasonOf({ ver: '9.9' })).toBe('UNAUTHENTICATED TOKEN_STALE');
  });

  test('is asked each time: what it refuses now is refused now', async () => {
    let calls = 0;
    const revoked = new Set<string>();
    const it = await testAuth({
      jwt: {
        ...own,
        decodeHandler: (token) => {
          calls += 1;
          return revoked.has(token) ? null : decodeHandler(token);
        },
      },
    });
    const { accessToken: token } = await it.signup();
    expect(codeOf(await it.run('{ session { id } }', { token }))).toBe('');
    expect(codeOf(await it.run('{ session { id } }', { token }))).toBe('');
    expect(calls).toBe(2);
    revoked.add(token);
    expect(codeOf(await it.run('{ session { id } }', { token }))).toBe(
      'UNAUTHENTICATED TOKEN_INVALID',
    );
  });

  test('cannot change what was judged after it has answered', async () => {
    const kept: any[] = [];
    const it = await testAuth({
      jwt: {
        ...own,
        decodeHandler: (token) => {
          const claims = decodeHandler(token);
          kept.push(claims);
          return claims;
        },
      },
    });
    const { accessToken: token } = await it.signup();
    const context = await it.auth.context({
      authorization: [`Bearer ${token}`],
      origin: { address: null, userAgent: null },
    });
    kept[0].roles.push('admin');
    expect([...(context.viewer?.roles ?? [])]).toEqual([]);
  });

  test('is shown neither a refresh token nor a text of more than 8 KB', async () => {
    const shown: string[] = [];
    const it = await testAuth({
      jwt: { ...own, decodeHandler: (token) => (shown.push(token), decodeHandler(token)) },
    });
    const { refreshToken } = await it.signup();
    const status = async (token: string) =>
      (
        await it.run('query($token: String!) { verifyToken(token: $token) { reason tokenType } }', {
          variables: { token },
        })
      ).data.verifyToken;
    expect(await status(refreshToken)).toEqual({ reason: null, tokenType: 'REFRESH' });
    expect(await status('x'.repeat(8193))).toMatchObject({ reason: 'TOKEN_MALFORMED' });
    expect(codeOf(await it.run('{ session { id } }', { token: refreshToken }))).toBe(
      'UNAUTHENTICATED TOKEN_INVALID',
    );
    expect(shown).toEqual([]);
  });

  test('reads the tokens of verifyToken and logout too', async () => {
    const it = await testAuth({ jwt: own });
    const { accessToken: token, user } = await it.signup();
    const status = await it.run(
      'query($token: String!) { verifyToken(token: $token) { active userId } }',
      { variables: { token } },
    );
    expect(status.data.verifyToken).toEqual({ active: true, userId: user.id });
    const { data } = await it.run('mutation { logout { revokedSessions } }', { token });
    expect(data.logout.revokedSessions).toBe(1);
  });

  test.each<[string, DecodeHandler, RegExp]>([
    ['undefined', () => undefined as never, /must answer the claims, .* it answered undefined\./],
    ['true', () => true as never, /it answered true\./],
    ['a list', () => [] as never, /it answered a list\./],
    ['a Map', () => new Map() as never, /it answered a value of the type object\./],
    ['null by toJSON', () => ({ toJSON: () => null }), /must answer claims that JSON can hold\./],
    ['a bigint', () => ({ exp: 1n }), /must answer claims that JSON can hold\./],
    ['an error', () => Promise.reject(new Error('kaput')), /^jwt\.decodeHandler threw\.$/],
    ['a GraphQLError', () => Promise.reject(new GraphQLError('open')), /threw\.$/],
  ])('that answers %s is a mistake for the log', async (_, handler, sentence) => {
    const asked = meWith({ decodeHandler: handler });
    await expect(asked).rejects.toThrow(sentence);
    await expect(asked).rejects.not.toBeInstanceOf(GraphQLError);
  });
});
