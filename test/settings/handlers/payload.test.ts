import { describe, expect, test } from '@jest/globals';
import type { HandlerSession, HandlerUser, PayloadHandler } from '../../../src/index.js';
import { PASSWORD, testAuth } from '../../support/auth.js';
import { claimsOf, heardLog, LOGIN, masked, REFRESH } from '../support.js';

describe('jwt.payloadHandler', () => {
  test('adds claims to access tokens, at the login and at each refresh, and to no refresh token', async () => {
    let tenant = 'north';
    const it = await testAuth({
      jwt: { payloadHandler: async ({ email }) => ({ tenant, name: email, since: new Date(0) }) },
    });
    const { accessToken, refreshToken } = await it.signup();
    expect(claimsOf(accessToken)).toMatchObject({
      tenant: 'north',
      name: 'ann@example.com',
      since: '1970-01-01T00:00:00.000Z',
    });
    expect(claimsOf(refreshToken)).not.toHaveProperty('tenant');
    expect((await it.run('{ session { id } }', { token: accessToken })).errors).toBeUndefined();
    tenant = 'south';
    const { data } = await it.run(REFRESH, { variables: { token: refreshToken } });
    expect(claimsOf(data.refreshToken.accessToken).tenant).toBe('south');
  });

  test('is given the user and the session, and nothing secret', async () => {
    const given: [HandlerUser, HandlerSession][] = [];
    const it = await testAuth({
      jwt: {
        payloadHandler: (user, session) => {
          given.push([user, session]);
          return { user, session };
        },
      },
    });
    const { user, session, accessToken } = await it.signup();
    const now = it.clock.now();
    const times = { createdAt: now, expiresAt: now + 7 * 86_400_000 };
    const device = { ipAddress: '192.0.2.1', userAgent: 'test' };
    expect(given).toEqual([
      [
        { id: user.id, email: user.email, createdAt: now, lastLoginAt: now, disabledAt: null },
        { id: session.id, userId: user.id, generation: 0, ...times, ...device },
      ],
    ]);
    expect(given[0]?.every(Object.isFrozen)).toBe(true);
    expect(Buffer.from(accessToken.split('.')[1], 'base64url').toString()).not.toContain('argon2');
  });

  test('that adds {} adds nothing', async () => {
    const [it, plain] = [await testAuth({ jwt: { payloadHandler: () => ({}) } }), await testAuth()];
    const names = async (auth: typeof it) =>
      Object.keys(claimsOf((await auth.signup()).accessToken));
    expect((await names(it)).sort()).toEqual((await names(plain)).sort());
  });

  const reserved = 'iss sub aud exp nbf iat jti sid gen orig_iat auth_time scope roles ver'.split(
    ' ',
  );
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;

  test.each<[string, PayloadHandler, RegExp]>([
    ...reserved.map((name): [string, PayloadHandler, RegExp] => [
      `the claim ${name}`,
      () => ({ tenant: 'x', [name]: 'admin' }),
      new RegExp(
        `^jwt\\.payloadHandler must not set ${name}: what we set are iss, .* another name\\.$`,
      ),
    ]),
    [
      'undefined',
      () => undefined as never,
      /must answer an object of claims, .* answered undefined/,
    ],
    ['null', () => null as never, /it answered null\./],
    ['a text', () => 'secret words' as never, /it answered a text\.$/],
    ['a list', () => [] as never, /it answered a list\./],
    ['a Map', () => new Map() as never, /it answered a value of the type object\./],
    ['an instance', () => new (class Row {})() as never, /it answered a value of the type object/],
    ['a function', () => ({ deep: [{ f: () => 1 }] }), /must answer claims that JSON can hold/],
    ['a Map inside', () => ({ map: new Map() }), /that JSON can hold/],
    ['NaN', () => ({ n: NaN }), /that JSON can hold/],
    [
      'a claim of ours by toJSON',
      () => ({ toJSON: () => ({ nbf: 9e9 }) }),
      /^jwt\.payloadHandler must not set nbf: /,
    ],
    ['null by toJSON', () => ({ toJSON: () => null }), /that JSON can hold/],
    ['a bigint', () => ({ n: 1n }), /that JSON can hold/],
    ['a cycle', () => cycle, /that JSON can hold/],
    ['an error', () => Promise.reject(new Error('no database')), /^jwt\.payloadHandler threw\.$/],
    [
      'too much',
      () => ({ big: 'x'.repeat(8000) }),
      /at most 8000 characters.* payloadHandler add fewer/,
    ],
  ])('that answers %s is refused, and no session stays open', async (_, handler, sentence) => {
    const [log, before] = [heardLog(), await testAuth()];
    const { user, session } = await before.signup();
    const it = await testAuth({ jwt: { payloadHandler: handler } }, { before, log });
    const { code, message, said, err } = masked(it, log, await it.run(LOGIN));
    expect([code, message]).toEqual(['INTERNAL_SERVER_ERROR', 'Something went wrong on our side.']);
    expect(said).toMatch(sentence);
    expect(JSON.stringify(err)).not.toContain('secret words');
    const [live] = await it.store.liveSessionsByUserIds([user.id]);
    expect(live?.map(({ id }) => id)).toEqual([session.id]);
  });

  test('that fails while a pair is renewed logs nobody out', async () => {
    let fails = false;
    const it = await testAuth({
      jwt: {
        payloadHandler: () => {
          if (fails) throw new Error('for a while');
          return {};
        },
      },
    });
    const { refreshToken: token } = await it.signup();
    fails = true;
    expect((await it.run(REFRESH, { variables: { token } })).errors).toHaveLength(1);
    it.clock.advance(3600);
    fails = false;
    const { data, errors } = await it.run(REFRESH, { variables: { token } });
    expect(errors).toBeUndefined();
    const again = await it.run('{ session { id } }', { token: data.refreshToken.accessToken });
    expect(again.errors).toBeUndefined();
  });

  test('that fails after a changed password leaves the new password and no session', async () => {
    let fails = false;
    const it = await testAuth({
      jwt: { payloadHandler: () => (fails ? (undefined as never) : {}) },
    });
    const { accessToken: token, user } = await it.signup();
    fails = true;
    const change = `mutation { changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "another good sentence" }) { accessToken } }`;
    expect((await it.run(change, { token })).errors).toHaveLength(1);
    expect(await it.store.liveSessionsByUserIds([user.id])).toEqual([[]]);
    fails = false;
    const login = LOGIN.replace(PASSWORD, 'another good sentence');
    expect((await it.run(login)).errors).toBeUndefined();
  });
});
