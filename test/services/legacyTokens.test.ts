import { describe, expect, test } from '@jest/globals';
import jsonwebtoken from 'jsonwebtoken';
import { createFindLegacyUser } from '../../src/services/legacy/findUser.js';
import { committed } from '../django/issued.js';
import { codeOf, PASSWORD, testAuth } from '../support/auth.js';
import { importDump, legacyAuth, type Legacy } from '../support/legacy.js';

const NOW = committed.now;
const simple = committed.tokens.simplejwt;
const GUARDED = '{ me { id email roles scopes } session { id } sessions { id } }';
const EVERYWHERE = 'mutation { logout(input: { allSessions: true }) { revokedSessions } }';

/** A token of drf-jwt for Bob, or what the payload says. */
const drf = (payload: Record<string, unknown> = {}) =>
  jsonwebtoken.sign(
    JSON.stringify({ user_id: 2, exp: NOW + 300, orig_iat: NOW - 60, ...payload }),
    committed.secretKey,
    { algorithm: 'HS256' },
  );

const JWT = `JWT ${drf()}`;

describe('legacyTokens reads a token which', () => {
  test('makes a viewer without a session, whose grants are those of the store', async () => {
    const it = await legacyAuth({});
    await it.auth.services.roles.upsert(
      { viewer: null },
      { name: 'editor', scopes: ['posts:write'] },
    );
    await it.auth.services.administration.setUserRoles({ viewer: null }, '2', ['editor']);
    const asked = await it.ask(JWT, GUARDED);
    expect(asked).toEqual({
      data: {
        me: { id: '2', email: 'bob@example.com', roles: ['editor'], scopes: ['posts:write'] },
        session: null,
        sessions: [],
      },
    });
    await it.auth.services.administration.setUserRoles({ viewer: null }, '2', []);
    expect((await it.ask(JWT, '{ me { roles } }')).data).toEqual({ me: { roles: [] } });
  });

  test('holds every scope of the schema where the user is an administrator', async () => {
    const it = await legacyAuth({});
    await it.auth.services.administration.setUserRoles({ viewer: null }, '2', ['admin']);
    const { data } = await it.ask(
      JWT,
      '{ users { edges { node { id } } } viewerCan(coordinates: ["Query.users"]) }',
    );
    expect(data.users.edges).toHaveLength(2);
    expect(data.viewerCan).toEqual([true]);
  });

  test('opens nothing that asks for more than the user holds', async () => {
    const it = await legacyAuth({});
    expect(codeOf(await it.ask(JWT, '{ users { edges { node { id } } } }'))).toBe(
      'FORBIDDEN INSUFFICIENT_SCOPE',
    );
    const { data } = await it.ask(
      JWT,
      '{ viewerCan(coordinates: ["Query.users", "Query.sessions"]) }',
    );
    expect(data).toEqual({ viewerCan: [false, true] });
  });

  test('comes under its own prefix, and ours under ours', async () => {
    const it = await legacyAuth({});
    const { accessToken } = await it.signup('cy@example.com');
    const me = async (...authorization: string[]) => {
      const asked = await it.run('{ me { email } }', { authorization });
      return asked.data.me?.email ?? codeOf(asked);
    };
    expect(await me(JWT)).toBe('bob@example.com');
    expect(await me(`jwt  ${drf()}`)).toBe('bob@example.com');
    expect(await me(`Bearer ${accessToken}`)).toBe('cy@example.com');
    expect(await me(`Bearer ${drf()}`)).toBe('UNAUTHENTICATED TOKEN_INVALID');
    expect(await me(`JWT ${accessToken}`)).toBe('UNAUTHENTICATED TOKEN_INVALID');
    expect(await me('JWT')).toBe('UNAUTHENTICATED TOKEN_MALFORMED');
    expect(await me('JWT x y')).toBe('UNAUTHENTICATED TOKEN_MALFORMED');
    expect(await me(JWT, `Bearer ${accessToken}`)).toBe('UNAUTHENTICATED TOKEN_MALFORMED');
    expect(await me(`Basic ${drf()}`)).toBe('');
  });

  test('is told from ours by its typ where the prefix is one', async () => {
    const it = await legacyAuth({ kind: 'simplejwt' });
    const { accessToken, refreshToken } = await it.signup('cy@example.com');
    const me = async (token: string) => {
      const asked = await it.run('{ me { email } }', { token });
      return asked.data.me?.email ?? codeOf(asked);
    };
    expect(await me(simple.access)).toBe('bob@example.com');
    expect(await me(simple.sliding)).toBe('bob@example.com');
    expect(await me(accessToken)).toBe('cy@example.com');
    expect(await me(refreshToken)).toBe('UNAUTHENTICATED TOKEN_INVALID');
    expect(await me(simple.refresh)).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });

  test('may have the very key of our own tokens, and neither passes for the other', async () => {
    const { secretKey } = committed;
    const it = await legacyAuth({ kind: 'simplejwt', key: undefined }, { jwt: { secretKey } });
    const { accessToken } = await it.signup('cy@example.com');
    expect((await it.run('{ me { id } }', { token: simple.access })).data).toEqual({
      me: { id: '2' },
    });
    const [, payload] = accessToken.split('.');
    // Our claims under their header, signed by the shared key.
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<
      string,
      unknown
    >;
    const crossed = jsonwebtoken.sign({ ...claims, user_id: 2 }, secretKey, { algorithm: 'HS256' });
    expect(codeOf(await it.run('{ me { id } }', { token: crossed }))).toBe(
      'UNAUTHENTICATED TOKEN_INVALID',
    );
  });

  test('is refused as expired at its end, and as invalid from the date on', async () => {
    const it = await legacyAuth({ until: new Date((NOW + 600) * 1000) });
    it.clock.advance(300);
    const asked = await it.ask(JWT, '{ me { id } }');
    expect(codeOf(asked)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    it.clock.advance(299);
    const last = `JWT ${drf({ exp: NOW + 900 })}`;
    expect(codeOf(await it.ask(last, '{ me { id } }'))).toBe('');
    it.clock.advance(1);
    expect(codeOf(await it.ask(last, '{ me { id } }'))).toBe('UNAUTHENTICATED TOKEN_INVALID');
    expect((await it.ask(last, '{ me { id } }')).errors?.[0]?.extensions['refreshable']).toBe(
      false,
    );
  });

  test('of nobody, or of a number that JSON has rounded, is invalid', async () => {
    const it = await legacyAuth({});
    await it.store.createUser(
      {
        id: '9007199254740992',
        email: 'big@example.com',
        passwordHash: null,
        createdAt: 0,
        roles: [],
      },
      { event: 'user_created', actorId: null },
    );
    for (const user_id of [
      3,
      '',
      null,
      undefined,
      true,
      ['2'],
      { id: 2 },
      2.5,
      9007199254740992,
      'x'.repeat(2000),
    ]) {
      expect(codeOf(await it.ask(`JWT ${drf({ user_id })}`, '{ me { id } }'))).toBe(
        'UNAUTHENTICATED TOKEN_INVALID',
      );
    }
    expect((await it.ask(`JWT ${drf({ user_id: '2' })}`, '{ me { id } }')).data).toEqual({
      me: { id: '2' },
    });
  });

  test('names its user by another claim, or through a function, where that is set', async () => {
    const it = await legacyAuth({ userClaim: 'sub' });
    const asked = await it.ask(`JWT ${drf({ user_id: 1, sub: '2' })}`, '{ me { id } }');
    expect(asked.data).toEqual({ me: { id: '2' } });
    const settings = { kind: 'drf-jwt', until: 0, keys: [], leeway: 0, lifetime: 300 } as const;
    const find = createFindLegacyUser(it.store, {
      ...settings,
      tokenTypeClaim: 'token_type',
      userId: async ({ email }) => (await it.store.userByEmail(email as string))?.id ?? null,
    });
    expect(await find({ user_id: 1, email: 'bob@example.com' })).toMatchObject({ id: '2' });
    expect(await find({ user_id: 1, email: 'eve@example.com' })).toBeNull();
  });

  test('is mapped by payloadGetUserIdHandler, which is asked for ours too', async () => {
    const payloadGetUserIdHandler = ({ sub, username }: Record<string, unknown>) =>
      (sub as string | undefined) ?? (username === 'bob@work' ? 2 : null);
    const it = await legacyAuth({}, { jwt: { payloadGetUserIdHandler } });
    const mapped = `JWT ${drf({ user_id: 1, username: 'bob@work' })}`;
    expect((await it.ask(mapped, '{ me { id } }')).data).toEqual({ me: { id: '2' } });
    expect(codeOf(await it.ask(JWT, '{ me { id } }'))).toBe('UNAUTHENTICATED TOKEN_INVALID');
    const { accessToken: token, user } = await it.signup('cy@example.com');
    expect((await it.run('{ me { id } }', { token })).data).toEqual({ me: { id: user.id } });
  });

  test('stands in the way of no login and no public field, however bad it is', async () => {
    const it = await legacyAuth({});
    await it.signup('cy@example.com');
    const login = `mutation { login(input: { email: "cy@example.com", password: "${PASSWORD}" }) { user { email } } }`;
    for (const bad of [drf({ exp: NOW - 1 }), 'x', drf({ token_type: 'refresh' })]) {
      expect((await it.ask(`JWT ${bad}`, login)).data.login.user.email).toBe('cy@example.com');
    }
  });

  test('is told apart whatever was sent before it', async () => {
    const it = await legacyAuth({ kind: 'simplejwt' });
    const { accessToken } = await it.signup('cy@example.com');
    const [header] = simple.access.split('.') as [string];
    const [ours] = accessToken.split('.') as [string];
    for (const bad of [
      `${header}.${'x'.repeat(8200)}.x`,
      `${ours}.x.x`,
      '.x.x',
      'x',
      `${header.slice(0, 9)}.x.x`,
    ]) {
      const { verifyToken } = (await it.run(`{ verifyToken(token: "${bad}") { active } }`)).data;
      expect(verifyToken.active).toBe(false);
      for (const [token, id] of [
        [simple.access, '2'],
        [accessToken, expect.any(String)],
      ]) {
        expect((await it.run('{ me { id } }', { token })).data).toEqual({ me: { id } });
      }
    }
  });

  test('is no refresh token', async () => {
    const it = await legacyAuth({ kind: 'simplejwt' });
    for (const token of [simple.refresh, simple.access, simple.sliding]) {
      const asked = await it.run(
        `mutation { refreshToken(input: { refreshToken: "${token}" }) { accessToken } }`,
      );
      expect(codeOf(asked)).toBe('INVALID_REFRESH_TOKEN');
    }
  });

  test('is nothing at all where no old system is set', async () => {
    const it = await testAuth();
    it.clock.set(NOW * 1000);
    for (const authorization of [[`Bearer ${simple.access}`], [JWT]]) {
      expect((await it.run('{ me { id } }', { authorization })).data).toEqual({ me: null });
    }
  });
});

describe('of django-graphql-jwt', () => {
  const tokens = committed.tokens['graphql-jwt'];

  const idOf = async (it: Awaited<ReturnType<typeof legacyAuth>>, token: string) => {
    const asked = await it.ask(`JWT ${token}`, '{ me { id } }');
    return asked.data.me?.id ?? codeOf(asked);
  };

  test('a username is found as it was imported', async () => {
    const it = await legacyAuth({ kind: 'graphql-jwt' });
    const id = (token: string) => idOf(it, token);
    expect(await id(tokens.access)).toBe('2');
    expect(await id(tokens.unrefreshable)).toBe('2');
    // This one is Ann's, by the email of a model that logs in by it: here she has another username.
    expect(await id(tokens.email)).toBe('UNAUTHENTICATED TOKEN_INVALID');
    const named = (username: unknown) => drf({ user_id: undefined, username });
    // In Django a username may be the address of somebody else, another primary key, or written otherwise.
    for (const other of ['ann@example.com', '2', 'BOB@WORK', '', null, 2]) {
      expect(await id(named(other))).toBe('UNAUTHENTICATED TOKEN_INVALID');
    }
  });

  /** A Django whose people log in by their email, and the accounts that an import made of them. */
  async function byEmail(legacy: Partial<Legacy> = {}, ...more: string[]) {
    const it = await legacyAuth({ kind: 'graphql-jwt', ...legacy });
    const emails = ['Cy@Example.com', ...more];
    const users = emails.map((email, at) => ({
      model: 'auth.user',
      pk: 51 + at,
      fields: { email },
    }));
    const { imported } = await importDump(it, users);
    const id = (email: unknown, claim = 'email') =>
      idOf(it, drf({ user_id: undefined, [claim]: email }));
    return { it, imported, id };
  }

  test('an email is found as it was imported, letter for letter', async () => {
    const { id } = await byEmail();
    expect(await id('Cy@Example.com')).toBe('51');
    for (const other of ['cy@example.com', 'CY@example.com', ' Cy@Example.com', '51', '', null]) {
      expect([other, await id(other)]).toEqual([other, 'UNAUTHENTICATED TOKEN_INVALID']);
    }
  });

  test('an address of ours is no name: who was not imported does not become its account', async () => {
    const { it, id } = await byEmail();
    await it.person('root@example.com', ['admin']);
    // Signed by Django, for whoever has signed up there with the address of our administrator.
    for (const email of ['root@example.com', 'Root@example.com', 'bob@example.com']) {
      expect([email, await id(email)]).toEqual([email, 'UNAUTHENTICATED TOKEN_INVALID']);
    }
    expect(await id('root@example.com', 'username')).toBe('UNAUTHENTICATED TOKEN_INVALID');
    const named = await byEmail({ userClaim: 'email' });
    await named.it.person('root@example.com', ['admin']);
    expect(await named.id('root@example.com')).toBe('UNAUTHENTICATED TOKEN_INVALID');
    expect(await named.id('Cy@Example.com')).toBe('51');
  });

  test('a number is found too: a dump has it as a number, and so have the tokens', async () => {
    const it = await legacyAuth({ kind: 'graphql-jwt', userClaim: 'phone' });
    const fields = { email: 'cy@example.com', username: 'cy', phone: 491701234567 };
    await importDump(it, [{ model: 'auth.user', pk: 51, fields }], { usernameField: 'phone' });
    const id = (phone: unknown) => idOf(it, drf({ user_id: undefined, phone }));
    expect(await id(491701234567)).toBe('51');
    expect(await id(491701234568)).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });

  test('so is a user of simplejwt whom another USER_ID_FIELD names, and not whose primary key it is', async () => {
    const it = await legacyAuth({
      kind: 'graphql-jwt',
      prefix: 'Bearer',
      userClaim: 'user_id',
    });
    const fields = { email: 'cy@example.com', number: 2 };
    await importDump(it, [{ model: 'auth.user', pk: 51, fields }], { usernameField: 'number' });
    const codeFor = async (payload: object) => {
      const asked = await it.ask(`Bearer ${drf({ user_id: 2, ...payload })}`, '{ me { id } }');
      return asked.data.me?.id ?? codeOf(asked);
    };
    expect(await codeFor({ token_type: 'access' })).toBe('51');
    expect(await codeFor({ token_type: 'refresh' })).toBe('UNAUTHENTICATED TOKEN_INVALID');
    expect(await codeFor({ user_id: 51 })).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });

  test('two that differ by case alone are nobody: neither was imported', async () => {
    const { id, imported } = await byEmail({}, 'dee@example.com', 'Dee@example.com');
    expect(imported.map(({ user }) => user.id)).toEqual(['51']);
    expect(await id('dee@example.com')).toBe('UNAUTHENTICATED TOKEN_INVALID');
    expect(await id('Dee@example.com')).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });
});

describe('what was taken back stays taken back', () => {
  const at = (seconds: number) =>
    `JWT ${drf({ orig_iat: NOW + seconds, exp: NOW + seconds + 300 })}`;
  const me = async (it: Awaited<ReturnType<typeof legacyAuth>>, authorization: string) =>
    codeOf(await it.ask(authorization, '{ me { id } }'));

  const events: [string, (it: Awaited<ReturnType<typeof legacyAuth>>) => Promise<unknown>][] = [
    ['logout of all sessions', (it) => it.ask(JWT, EVERYWHERE)],
    [
      'a changed password',
      (it) =>
        it.store.changePassword(
          { userId: '2', expectedHash: null, newHash: 'x', session: null },
          { event: 'password_changed', actorId: null },
        ),
    ],
    [
      'revokeUserSessions',
      (it) => it.auth.services.administration.revokeUserSessions({ viewer: null }, '2'),
    ],
    [
      'a disabled account that is enabled again',
      async (it) => {
        await it.auth.services.administration.disableUser({ viewer: null }, '2');
        expect(await me(it, JWT)).toBe('UNAUTHENTICATED USER_DISABLED');
        await it.auth.services.administration.enableUser({ viewer: null }, '2');
      },
    ],
  ];

  test.each(events)(
    '%s refuses every token from before, and none from after',
    async (_, happens) => {
      const it = await legacyAuth({});
      it.clock.set(NOW * 1000 + 500);
      expect(await me(it, JWT)).toBe('');
      await happens(it);
      expect(await me(it, JWT)).toBe('UNAUTHENTICATED TOKEN_REVOKED');
      // Issued in the same second: it may be from before.
      expect(await me(it, at(0))).toBe('UNAUTHENTICATED TOKEN_REVOKED');
      it.clock.advance(1);
      expect(await me(it, at(1))).toBe('');
      expect(await me(it, at(0))).toBe('UNAUTHENTICATED TOKEN_REVOKED');
      // One that says nothing of its age is as old as it can be.
      expect(await me(it, `JWT ${drf({ orig_iat: undefined, exp: NOW + 300 })}`)).toBe(
        'UNAUTHENTICATED TOKEN_REVOKED',
      );
      expect(await me(it, `JWT ${drf({ orig_iat: undefined, exp: NOW + 301 })}`)).toBe('');
      // Refreshed afterwards, of a login before.
      expect(await me(it, `JWT ${drf({ exp: NOW + 301 })}`)).toBe('UNAUTHENTICATED TOKEN_REVOKED');
    },
  );

  test('a login here in that very second is good: its session is new', async () => {
    const it = await legacyAuth({});
    const { user, accessToken } = await it.signup('cy@example.com');
    await it.auth.services.administration.revokeUserSessions({ viewer: null }, user.id);
    expect(codeOf(await it.run('{ me { id } }', { token: accessToken }))).toBe(
      'UNAUTHENTICATED TOKEN_REVOKED',
    );
    const login = `mutation { login(input: { email: "cy@example.com", password: "${PASSWORD}" }) { accessToken } }`;
    const token = (await it.run(login)).data.login.accessToken as string;
    expect(codeOf(await it.run('{ me { id } }', { token }))).toBe('');
  });

  test('logout of all sessions from a session of ours ends the old tokens too', async () => {
    const it = await legacyAuth({});
    const { user, accessToken } = await it.signup('cy@example.com');
    const old = `JWT ${drf({ user_id: user.id })}`;
    expect(await me(it, old)).toBe('');
    expect((await it.run(EVERYWHERE, { token: accessToken })).data).toEqual({
      logout: { revokedSessions: 1 },
    });
    expect(await me(it, old)).toBe('UNAUTHENTICATED TOKEN_REVOKED');
  });
});

describe('by such a token', () => {
  test('logout alone ends nothing, since it cannot be revoked singly', async () => {
    const it = await legacyAuth({});
    const { user, accessToken } = await it.signup('cy@example.com');
    const old = `JWT ${drf({ user_id: user.id })}`;
    expect((await it.ask(old, 'mutation { logout { revokedSessions } }')).data).toEqual({
      logout: { revokedSessions: 0 },
    });
    expect(codeOf(await it.ask(old, '{ me { id } }'))).toBe('');
    expect(codeOf(await it.run('{ me { id } }', { token: accessToken }))).toBe('');
  });

  test('logout of all sessions ends them all and is recorded; a dead one ends none', async () => {
    const it = await legacyAuth({});
    const { user, accessToken } = await it.signup('cy@example.com');
    const old = (payload = {}) => `JWT ${drf({ user_id: user.id, ...payload })}`;
    for (const dead of [old({ exp: NOW - 1 }), old({ token_type: 'refresh' }), 'JWT x']) {
      expect((await it.ask(dead, EVERYWHERE)).data).toEqual({ logout: { revokedSessions: 0 } });
    }
    expect((await it.ask(old(), EVERYWHERE)).data).toEqual({ logout: { revokedSessions: 1 } });
    expect(codeOf(await it.run('{ me { id } }', { token: accessToken }))).toBe(
      'UNAUTHENTICATED TOKEN_REVOKED',
    );
    expect(await it.store.auditEvents({ event: 'logout', limit: 5 })).toMatchObject([
      { userId: user.id, actorId: user.id, details: { allSessions: true } },
    ]);
  });

  test('a refresh token in the input is what logout ends', async () => {
    const it = await legacyAuth({});
    const { user, refreshToken } = await it.signup('cy@example.com');
    const logout = `mutation { logout(input: { refreshToken: "${refreshToken}" }) { revokedSessions } }`;
    expect((await it.ask(`JWT ${drf({ user_id: user.id })}`, logout)).data).toEqual({
      logout: { revokedSessions: 1 },
    });
  });

  test('the other sessions are ended, and the token itself stays good', async () => {
    const it = await legacyAuth({});
    const { user, accessToken } = await it.signup('cy@example.com');
    const old = `JWT ${drf({ user_id: user.id })}`;
    expect((await it.ask(old, 'mutation { revokeOtherSessions }')).data).toEqual({
      revokeOtherSessions: 1,
    });
    expect(codeOf(await it.run('{ me { id } }', { token: accessToken }))).toBe(
      'UNAUTHENTICATED TOKEN_REVOKED',
    );
    expect(codeOf(await it.ask(old, '{ me { id } }'))).toBe('');
  });

  test('a session of the user can be seen and ended', async () => {
    const it = await legacyAuth({});
    const { user, session } = await it.signup('cy@example.com');
    const old = `JWT ${drf({ user_id: user.id })}`;
    expect((await it.ask(old, '{ sessions { id current } }')).data).toEqual({
      sessions: [{ id: session.id, current: false }],
    });
    const revoked = await it.ask(
      old,
      `mutation { revokeSession(id: "${session.id}") { revokedAt } }`,
    );
    expect(revoked.data.revokeSession.revokedAt).not.toBeNull();
  });

  test('the password is changed: the answer has a session of ours, and the token is refused', async () => {
    const it = await legacyAuth({});
    const { user } = await it.signup('cy@example.com');
    const old = `JWT ${drf({ user_id: user.id })}`;
    const change = `mutation { changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "a better one by far" }) {
      accessToken session { current } user { id } } }`;
    const { changePassword } = (await it.ask(old, change)).data;
    expect(changePassword).toMatchObject({ session: { current: true }, user: { id: user.id } });
    expect(codeOf(await it.ask(old, '{ me { id } }'))).toBe('UNAUTHENTICATED TOKEN_REVOKED');
    expect(codeOf(await it.run('{ me { id } }', { token: changePassword.accessToken }))).toBe('');
  });

  test('nobody grants or ends beyond what the user holds', async () => {
    const it = await legacyAuth({});
    const promote = 'mutation { setUserRoles(userId: "2", roles: ["admin"]) { roles } }';
    expect(codeOf(await it.ask(JWT, promote))).toBe('FORBIDDEN INSUFFICIENT_SCOPE');
  });
});

describe('verifyToken', () => {
  const FIELDS = 'active reason tokenType userId sessionId scopes issuedAt expiresAt claims';
  const status = async (it: Awaited<ReturnType<typeof legacyAuth>>, token: string) =>
    (await it.run(`{ verifyToken(token: "${token}") { ${FIELDS} } }`)).data.verifyToken;

  test('tells what a token of the old system is worth, and changes nothing', async () => {
    const it = await legacyAuth({});
    it.statements.length = 0;
    expect(await status(it, drf())).toEqual({
      active: true,
      reason: null,
      tokenType: 'ACCESS',
      userId: '2',
      sessionId: null,
      scopes: [],
      issuedAt: '2029-12-31T23:59:00.000Z',
      expiresAt: '2030-01-01T00:05:00.000Z',
      claims: { user_id: 2, exp: NOW + 300, orig_iat: NOW - 60 },
    });
    expect(it.statements.filter((sql) => /INSERT|UPDATE|DELETE/.test(sql))).toEqual([]);
  });

  test('tells why one is worth nothing', async () => {
    const it = await legacyAuth({});
    expect(await status(it, drf({ exp: NOW - 1 }))).toMatchObject({
      active: false,
      reason: 'TOKEN_EXPIRED',
      scopes: null,
    });
    expect(await status(it, drf({ user_id: 9 }))).toMatchObject({
      active: false,
      reason: 'TOKEN_INVALID',
      userId: null,
    });
    expect(await status(it, drf({ token_type: 'refresh' }))).toMatchObject({
      reason: 'TOKEN_INVALID',
      tokenType: null,
      claims: null,
    });
    expect(await status(it, `${drf()}.x`)).toMatchObject({ reason: 'TOKEN_MALFORMED' });
    await it.ask(JWT, EVERYWHERE);
    expect(await status(it, drf())).toMatchObject({
      active: false,
      reason: 'TOKEN_REVOKED',
      userId: '2',
    });
  });

  test('still knows ours', async () => {
    const it = await legacyAuth({ kind: 'simplejwt' });
    const { accessToken, refreshToken, session } = await it.signup('cy@example.com');
    expect(await status(it, accessToken)).toMatchObject({
      active: true,
      tokenType: 'ACCESS',
      sessionId: session.id,
    });
    expect(await status(it, refreshToken)).toMatchObject({ active: true, tokenType: 'REFRESH' });
  });
});

describe('the cost', () => {
  test('of a token of ours is the same reads as before', async () => {
    const it = await legacyAuth({ kind: 'simplejwt' });
    const { accessToken: token } = await it.signup('cy@example.com');
    it.statements.length = 0;
    await it.auth.context({
      authorization: [`Bearer ${token}`],
      origin: { address: null, userAgent: null },
    });
    expect(it.statements).toHaveLength(1);
  });

  test('of an old one is its user, their roles and the version of the role table, with nothing written', async () => {
    const it = await legacyAuth({});
    const facts = { authorization: [JWT], origin: { address: null, userAgent: null } };
    await it.auth.context(facts);
    it.statements.length = 0;
    await it.auth.context(facts);
    const reads = it.statements.filter((sql) => sql !== 'PRAGMA data_version');
    expect(reads.length).toBeLessThanOrEqual(3);
    expect(reads.every((sql) => sql.startsWith('SELECT'))).toBe(true);
  });

  test('of one that was found good is no second look at its signature, and still one at its end', async () => {
    const it = await legacyAuth({});
    expect(codeOf(await it.ask(JWT, '{ me { id } }'))).toBe('');
    it.clock.advance(300);
    expect(codeOf(await it.ask(JWT, '{ me { id } }'))).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  });
});

describe.each(['JWT', 'Bearer'])(
  'beside tokens of ours that handlers make, whose header names no type, under %s',
  (prefix) => {
    const both = () =>
      legacyAuth(
        { prefix },
        {
          jwt: {
            encodeHandler: (claims) => jsonwebtoken.sign(claims, 'a key of the handlers'),
            decodeHandler: (token) => {
              try {
                return jsonwebtoken.verify(token, 'a key of the handlers', {
                  ignoreExpiration: true,
                }) as Record<string, unknown>;
              } catch {
                return null;
              }
            },
          },
        },
      );

    test('ours is one of ours: in the header, where it is asked about, on a socket, and at its logout', async () => {
      const it = await both();
      const { accessToken } = await it.signup('cy@example.com');
      const { authenticator } = it.auth.services;
      const own = `Bearer ${accessToken}`;
      expect((await it.ask(own, '{ me { email } }')).data).toEqual({
        me: { email: 'cy@example.com' },
      });
      expect((await authenticator.authenticate(accessToken)).kind).toBe('valid');
      const status = `{ verifyToken(token: "${accessToken}") { active sessionId } }`;
      expect((await it.run(status)).data.verifyToken).toEqual({
        active: true,
        sessionId: expect.any(String),
      });
      const logout = await it.ask(own, 'mutation { logout { revokedSessions } }');
      expect(logout.data).toEqual({ logout: { revokedSessions: 1 } });
      expect(codeOf(await it.ask(own, '{ me { id } }'))).toBe('UNAUTHENTICATED TOKEN_REVOKED');
    });

    test('theirs is one of theirs', async () => {
      const it = await both();
      const old = `${prefix} ${drf()}`;
      expect((await it.ask(old, '{ me { email } }')).data).toEqual({
        me: { email: 'bob@example.com' },
      });
      expect((await it.auth.services.authenticator.authenticate(drf())).kind).toBe('valid');
      const status = `{ verifyToken(token: "${drf()}") { active sessionId } }`;
      expect((await it.run(status)).data.verifyToken).toEqual({ active: true, sessionId: null });
      await it.ask(old, EVERYWHERE);
      expect(codeOf(await it.ask(old, '{ me { id } }'))).toBe('UNAUTHENTICATED TOKEN_REVOKED');
    });
  },
);

test('a store that cannot be asked is no verdict on the token', async () => {
  const it = await legacyAuth({});
  await it.store.close();
  const { credential } = await it.auth.context({
    authorization: [JWT],
    origin: { address: null, userAgent: null },
  });
  expect(credential).toMatchObject({ kind: 'unavailable' });
});
