import { beforeAll, describe, expect, test } from '@jest/globals';
import { PASSWORD } from '../support/auth.js';
import {
  ADMIN,
  cookieServer,
  emptied,
  Jar,
  LOGOUT,
  REFRESH,
  refusal,
  type CookieServer,
} from './support.js';

const WEEK = 7 * 86_400;
const nothing = { data: { logout: { revokedSessions: 0 } } };
const one = { data: { logout: { revokedSessions: 1 } } };

let it: CookieServer;
beforeAll(async () => {
  it = await cookieServer();
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const sessionOf = async (jar: Jar): Promise<string> =>
  (await it.ask('{ session { id } }', jar.header())).body.data.session.id;
const isAlive = async (jar: Jar): Promise<boolean> =>
  (await it.ask('{ session { id } }', jar.header('gatehouse'))).body.errors === undefined;

describe('logout', () => {
  test.each([
    ['both cookies', ['gatehouse', 'gatehouse_refresh']],
    ['the cookie alone', ['gatehouse']],
    ['the refresh cookie alone', ['gatehouse_refresh']],
  ])('ends the session of %s, and deletes all three as they were set', async (_, names) => {
    const jar = await it.login();
    const { body, texts } = await it.ask(LOGOUT, jar.header(...names));
    expect([body, texts]).toEqual([one, emptied]);
    expect(await isAlive(jar)).toBe(false);
  });

  test('deletes them also where it ended nothing', async () => {
    const jar = await it.login();
    await it.ask(LOGOUT, jar.header());
    for (const headers of [jar.header(), {}, { cookie: 'gatehouse=nonsense' }]) {
      const { body, texts } = await it.ask(LOGOUT, headers);
      expect([body, texts]).toEqual([nothing, emptied]);
    }
  });

  test('takes the token of the input, else of the header, else of the cookies', async () => {
    const [byInput, byHeader, byCookie] = [await it.login(), await it.login(), await it.login()];
    const input = `mutation { logout(input: { refreshToken: "${byInput.get('gatehouse_refresh')}" }) { revokedSessions } }`;
    const headers = { ...bearer(byHeader.get('gatehouse')), ...byCookie.header() };
    const alive = async () => Promise.all([byInput, byHeader, byCookie].map(isAlive));
    await it.ask(input, headers);
    expect(await alive()).toEqual([false, true, true]);
    await it.ask(LOGOUT, headers);
    expect(await alive()).toEqual([false, false, true]);
    await it.ask(LOGOUT, { ...byCookie.header(), authorization: 'Basic YTpi' });
    expect(await alive()).toEqual([false, false, false]);
  });

  test('of all sessions needs a live token, and the refresh cookie is one when the other has expired', async () => {
    const [jar, other] = [await it.login(), await it.login()];
    it.clock.advance(301);
    const all = 'mutation { logout(input: { allSessions: true }) { revokedSessions } }';
    expect((await it.ask(all, jar.header('gatehouse'))).body).toEqual(nothing);
    const { body } = await it.ask(all, jar.header());
    expect(body.data.logout.revokedSessions).toBeGreaterThanOrEqual(2);
    expect(refusal(await it.ask(REFRESH, other.header()))).toBe('SESSION_REVOKED');
  });
});

describe('ending the own session another way', () => {
  test('revokeSession deletes the cookies where it is the own one, and no other', async () => {
    const [jar, other] = [await it.login(), await it.login()];
    const revoke = (id: string) => `mutation { revokeSession(id: "${id}") { id } }`;
    const [own, foreign] = [await sessionOf(jar), await sessionOf(other)];
    expect((await it.ask(revoke(foreign), jar.header())).texts).toEqual([]);
    expect((await it.ask(revoke(own), jar.header())).texts).toEqual(emptied);
  });

  test('nor where the header says who asks: the cookies may be of another session', async () => {
    const [jar, other] = [await it.login(), await it.login()];
    const source = `mutation { revokeSession(id: "${await sessionOf(jar)}") { id } }`;
    const headers = { ...bearer(jar.get('gatehouse')), ...other.header() };
    expect((await it.ask(source, headers)).texts).toEqual([]);
  });

  test('revokeUserSessions deletes them for oneself, revokeOtherSessions never', async () => {
    const jar = await it.login(ADMIN);
    const me = (await it.ask('{ me { id } }', jar.header())).body.data.me.id;
    const ann = (await it.ask('{ me { id } }', (await it.login()).header())).body.data.me.id;
    const revoke = (id: string) => `mutation { revokeUserSessions(userId: "${id}") }`;
    expect((await it.ask(revoke(ann), jar.header())).texts).toEqual([]);
    expect((await it.ask('mutation { revokeOtherSessions }', jar.header())).texts).toEqual([]);
    expect((await it.ask(revoke(me), jar.header())).texts).toEqual(emptied);
  });
});

describe('a refusal of the refresh cookie', () => {
  test('REFRESH_TOKEN_EXPIRED empties the jar', async () => {
    const jar = await it.login();
    it.clock.advance(WEEK);
    const { texts, ...answer } = await it.ask(REFRESH, jar.header());
    expect([refusal({ texts, ...answer }), texts]).toEqual(['REFRESH_TOKEN_EXPIRED', emptied]);
  });

  test('REFRESH_TOKEN_REUSED empties it: the session is dead for whoever holds a copy', async () => {
    const jar = await it.login();
    await it.ask(REFRESH, jar.header());
    it.clock.advance(31);
    await it.ask(REFRESH, jar.header());
    it.clock.advance(31);
    const thief = new Jar().take(await it.ask(REFRESH, jar.header()));
    expect(await isAlive(thief)).toBe(true);
    it.clock.advance(31);
    const answer = await it.ask(REFRESH, jar.header());
    expect([refusal(answer), answer.texts]).toEqual(['REFRESH_TOKEN_REUSED', emptied]);
  });

  test('INVALID_REFRESH_TOKEN empties it, but not where no cookie came or two', async () => {
    const jar = await it.login();
    const token = jar.get('gatehouse_refresh');
    const cases: [string, string[]][] = [
      ['gatehouse_refresh=nonsense', emptied],
      [`gatehouse=${jar.get('gatehouse')}`, []],
      [`gatehouse_refresh=${token}; gatehouse_refresh=${token}`, []],
      [`gatehouse_refresh=${'a'.repeat(8193)}`, []],
    ];
    for (const [cookie, texts] of cases) {
      const answer = await it.ask(REFRESH, { cookie });
      expect([cookie.slice(0, 40), refusal(answer), answer.texts]).toEqual([
        cookie.slice(0, 40),
        'INVALID_REFRESH_TOKEN',
        texts,
      ]);
    }
  });

  test('ACCOUNT_DISABLED empties it', async () => {
    const jar = await it.login();
    const admin = await it.login(ADMIN);
    const { id } = (await it.ask('{ me { id } }', jar.header())).body.data.me;
    await it.ask(`mutation { disableUser(userId: "${id}") { id } }`, admin.header());
    const answer = await it.ask(REFRESH, jar.header());
    expect([refusal(answer), answer.texts]).toEqual(['ACCOUNT_DISABLED', emptied]);
    await it.ask(`mutation { enableUser(userId: "${id}") { id } }`, admin.header());
  });

  test('of a token in the input leaves the cookies alone', async () => {
    const source =
      'mutation { refreshToken(input: { refreshToken: "nonsense" }) { session { id } } }';
    const answer = await it.ask(source, (await it.login()).header());
    expect([refusal(answer), answer.texts]).toEqual(['INVALID_REFRESH_TOKEN', []]);
  });

  test('SESSION_REVOKED does so when the end is half a minute old: before that new cookies may be on their way', async () => {
    const jar = await it.login();
    const password = (from: string, to: string) =>
      `mutation { changePassword(input: { currentPassword: "${from}", newPassword: "${to}" }) { session { id } } }`;
    const late = jar.header();
    const changed = new Jar().take(await it.ask(password(PASSWORD, 'another sentence'), late));
    const answer = await it.ask(REFRESH, late);
    expect([refusal(answer), answer.texts]).toEqual(['SESSION_REVOKED', []]);
    expect(await isAlive(changed)).toBe(true);
    it.clock.advance(31);
    expect((await it.ask(REFRESH, late)).texts).toEqual(emptied);
    await it.ask(password('another sentence', PASSWORD), changed.header());
  });

  test('REFRESH_DISABLED leaves the access token to its end', async () => {
    const off = await cookieServer({ jwt: { allowRefresh: false } });
    const jar = await it.login();
    const answer = await off.ask(REFRESH, jar.header());
    expect([refusal(answer), answer.texts]).toEqual(['REFRESH_DISABLED', []]);
  });
});
