import { describe, expect, test } from '@jest/globals';
import { PASSWORD } from '../support/auth.js';
import { ADMIN, cookieServer, EMAIL, Jar, LOGIN, LOGOUT, REFRESH, refusal } from './support.js';

const WEEK = 7 * 86_400;

describe('jwt.authCookie makes the cookies of a pair, which', () => {
  test('are three, with these attributes and no other', async () => {
    const it = await cookieServer();
    const { texts, body } = await it.ask(LOGIN);
    const { accessToken, refreshToken } = body.data.login;
    const now = it.clock.now() / 1000;
    expect(texts).toEqual([
      `gatehouse=${accessToken}; Max-Age=${WEEK}; Path=/; HttpOnly; Secure; SameSite=Lax`,
      `gatehouse_refresh=${refreshToken}; Max-Age=${WEEK}; Path=/graphql; HttpOnly; Secure; SameSite=Lax`,
      `gatehouse_info=${now + 300}.${now + WEEK}.${now}; Max-Age=${WEEK}; Path=/; Secure; SameSite=Lax`,
    ]);
  });

  test('are called and placed as the settings say', async () => {
    const it = await cookieServer({ path: '/api/q', jwt: { authCookie: '__Secure-app' } });
    const { cookies } = await it.ask(LOGIN);
    expect(cookies.map(({ name, path }) => [name, path])).toEqual([
      ['__Secure-app', '/'],
      ['__Secure-app_refresh', '/api/q'],
      ['__Secure-app_info', '/'],
    ]);
  });

  test('last as long as the refresh token still does, counted from the login', async () => {
    const it = await cookieServer();
    const jar = await it.login();
    it.clock.advance(86_400);
    const { cookies } = await it.ask(REFRESH, jar.header());
    expect(cookies.map(({ maxAge }) => maxAge)).toEqual(Array(3).fill(WEEK - 86_400));
    const sliding = await cookieServer({ refreshSliding: true });
    const other = await sliding.login();
    sliding.clock.advance(86_400);
    const slid = await sliding.ask(REFRESH, other.header());
    expect(slid.cookies.map(({ maxAge }) => maxAge)).toEqual(Array(3).fill(WEEK));
  });

  test('are set by signup, login, refreshToken and changePassword, and by no refusal', async () => {
    const it = await cookieServer();
    const jar = await it.login();
    const account = (email: string) => `input: { email: "${email}", password: "${PASSWORD}" }`;
    const field = (source: string) => `mutation { ${source} { session { id } } }`;
    const fresh = [
      await it.ask(field(`signup(${account('bob@example.com')})`)),
      await it.ask(field(`login(${account(EMAIL)})`)),
      await it.ask(field('refreshToken'), jar.header()),
      await it.ask(
        field(
          `changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "another sentence" })`,
        ),
        jar.header(),
      ),
    ];
    for (const { cookies, body } of fresh) {
      expect(body.errors).toBeUndefined();
      expect(new Jar().take({ cookies }).names).toEqual([
        'gatehouse',
        'gatehouse_refresh',
        'gatehouse_info',
      ]);
    }
    const refused = await it.ask(field(`login(input: { email: "${EMAIL}", password: "wrong" })`));
    expect([refusal(refused), refused.texts]).toEqual(['INVALID_CREDENTIALS', []]);
    expect((await it.ask('{ me { id } }', jar.header())).texts).toEqual([]);
  });

  test('are the access token and what tells of it where refreshing is off, and live no longer', async () => {
    const it = await cookieServer({ jwt: { allowRefresh: false } });
    const { texts } = await it.ask(LOGIN);
    const now = it.clock.now() / 1000;
    expect(texts).toEqual([
      expect.stringMatching(/^gatehouse=eyJ[^;]+; Max-Age=300; Path=\/; HttpOnly/),
      'gatehouse_refresh=; Max-Age=0; Path=/graphql; HttpOnly; Secure; SameSite=Lax',
      `gatehouse_info=${now + 300}.0.${now}; Max-Age=300; Path=/; Secure; SameSite=Lax`,
    ]);
  });

  test('that no browser would keep fail the login, and the log says the fix', async () => {
    const lines: string[] = [];
    const note = (details: object) => void lines.push(JSON.stringify(details));
    const it = await cookieServer({}, { debug: note, info: note, warn: note, error: note });
    const jar = await it.login(ADMIN);
    const scopes = Array.from(
      { length: 90 },
      (_, at) => `"${'a-rather-long-scope'.repeat(2)}:${at}"`,
    );
    const source = `mutation { upsertRole(input: { name: "wide", scopes: [${scopes.join()}] }) { name } }`;
    expect((await it.ask(source, jar.header())).body.errors).toBeUndefined();
    const answer = await it.ask(REFRESH, jar.header());
    expect([refusal(answer), answer.texts]).toEqual(['INTERNAL_SERVER_ERROR', []]);
    expect(lines.join()).toMatch(/The cookie gatehouse would have \d+ bytes, .*fewer roles/);
    expect(lines.join()).not.toContain('eyJ');
  });

  test('are not there at all without the setting, whatever the request brings', async () => {
    const it = await cookieServer({ jwt: { authCookie: undefined } });
    const { body, texts } = await it.ask(LOGIN);
    expect(texts).toEqual([]);
    const { accessToken, refreshToken } = body.data.login;
    const cookie = `gatehouse=${accessToken}; gatehouse_refresh=${refreshToken}; undefined=${accessToken}`;
    const headers = { cookie, origin: 'https://evil.example' };
    expect((await it.ask('{ me { id } }', headers)).body).toEqual({ data: { me: null } });
    expect(refusal(await it.ask(REFRESH, headers))).toBe('INVALID_REFRESH_TOKEN');
    expect((await it.ask(LOGOUT, headers)).body.data.logout.revokedSessions).toBe(0);
  });
});

describe('hideTokens', () => {
  test('takes the tokens out of every payload, and nothing else', async () => {
    const it = await cookieServer({ hideTokens: true });
    const answer = await it.ask(LOGIN);
    expect(answer.body.data.login).toMatchObject({
      accessToken: null,
      accessTokenExpiresIn: 300,
      refreshToken: null,
      refreshTokenExpiresIn: WEEK,
    });
    const jar = new Jar().take(answer);
    const renewed = await it.ask(REFRESH, jar.header());
    expect(renewed.body.data.refreshToken).toMatchObject({ accessToken: null, refreshToken: null });
    expect(JSON.stringify([answer.body, renewed.body])).not.toContain('eyJ');
    const me = await it.ask('{ me { email } }', jar.take(renewed).header());
    expect(me.body).toEqual({ data: { me: { email: EMAIL } } });
  });

  test('off leaves them in the payload beside the cookies', async () => {
    const it = await cookieServer();
    const answer = await it.ask(LOGIN);
    const jar = new Jar().take(answer);
    expect(answer.body.data.login).toMatchObject({
      accessToken: jar.get('gatehouse'),
      refreshToken: jar.get('gatehouse_refresh'),
    });
  });
});

describe('refreshToken without a token', () => {
  test('spends the one of the cookie; one in the input goes first', async () => {
    const it = await cookieServer();
    const [jar, other] = [await it.login(), await it.login()];
    const first = await it.ask(REFRESH, jar.header('gatehouse_refresh'));
    expect(first.body.errors).toBeUndefined();
    expect(jar.get('gatehouse_refresh')).not.toBe(jar.take(first).get('gatehouse_refresh'));
    const source = `mutation { refreshToken(input: { refreshToken: "${other.get('gatehouse_refresh')}" }) { session { id } } }`;
    const second = await it.ask(source, jar.header());
    expect(second.body.data.refreshToken.session.id).not.toBe(
      first.body.data.refreshToken.session.id,
    );
    const empty = await it.ask('mutation { refreshToken(input: {}) { session { id } } }', {
      ...jar.header(),
    });
    expect(empty.body.data.refreshToken.session.id).toBe(first.body.data.refreshToken.session.id);
  });

  test('a hundred tabs at once end up with the same refresh cookie, and none is cleared', async () => {
    const it = await cookieServer();
    const jar = await it.login();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => it.ask(REFRESH, jar.header())),
    );
    expect(answers.flatMap(({ body }) => body.errors ?? [])).toEqual([]);
    const left = answers.map((answer) => new Jar().take(answer));
    expect(new Set(left.map((each) => each.get('gatehouse_refresh'))).size).toBe(1);
    expect(left.every(({ names }) => names.length === 3)).toBe(true);
  });
});
