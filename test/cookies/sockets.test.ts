import { beforeAll, describe, expect, test } from '@jest/globals';
import { PASSWORD } from '../support/auth.js';
import { bearer, connect, connected } from '../socket/client.js';
import { socketApi } from '../socket/support.js';
import {
  ADMIN,
  cookieServer,
  EMAIL,
  LOGOUT,
  REFRESH,
  refusal,
  type CookieServer,
} from './support.js';

const WHO = '{ session { user { email } } }';

let it: CookieServer;
beforeAll(async () => {
  it = await cookieServer();
});

describe('the cookie of an upgrade', () => {
  test('is the credential of a socket that brings no other', async () => {
    const jar = await it.login();
    for (const params of [null, {}, { Authorization: '' }]) {
      const client = await connected(it.url, params, { headers: jar.header() });
      expect((await client.ask(WHO)).payload.data.session.user.email).toBe(EMAIL);
    }
  });

  test('gives way to connectionParams and to a header, of whatever scheme', async () => {
    const [jar, root] = [await it.login(), await it.login(ADMIN)];
    const headers = jar.header();
    const token = bearer(root.get('gatehouse'));
    const byParams = await connected(it.url, token, { headers });
    expect((await byParams.ask(WHO)).payload.data.session.user.email).toBe(ADMIN);
    const byHeader = await connected(it.url, null, { headers: { ...headers, ...token } });
    expect((await byHeader.ask(WHO)).payload.data.session.user.email).toBe(ADMIN);
    const basic = await connected(it.url, { Authorization: 'Basic YTpi' }, { headers });
    expect((await basic.ask(WHO)).payload.data.session).toBeNull();
  });

  test.each([
    ['gatehouse=nonsense', 'TOKEN_MALFORMED'],
    ['gatehouse=a; gatehouse=b', 'TOKEN_MALFORMED'],
  ])('that is rejected closes the socket with 4403: %s', async (cookie, reason) => {
    const client = await connect(it.url, null, { headers: { cookie } });
    expect(await client.closed).toEqual({ code: 4403, reason });
  });

  test.each(['cross-site', 'same-site'])(
    'opens nothing where Origin was taken out on the way and Sec-Fetch-Site is %s',
    async (site) => {
      const jar = await it.login();
      const headers = { ...jar.header(), 'sec-fetch-site': site };
      const client = await connect(it.url, null, { headers });
      // Nothing runs on a socket that was not acknowledged.
      expect(await Promise.race([client.closed, client.next()])).toEqual({
        code: 4403,
        reason: 'POLICY_DENIED',
      });
      // Without our cookies there is nothing to misuse.
      await connected(it.url, null, { headers: { 'sec-fetch-site': site } });
    },
  );

  test('ends the socket with its session', async () => {
    const jar = await it.login();
    const client = await connected(it.url, null, { headers: jar.header() });
    await it.ask(LOGOUT, jar.header());
    expect(await client.closed).toEqual({ code: 4403, reason: 'TOKEN_REVOKED' });
  });

  test('is ended by a logout over the socket', async () => {
    const jar = await it.login();
    const client = await connected(it.url, null, { headers: jar.header() });
    const { payload } = await client.ask(LOGOUT);
    expect(payload.data.logout.revokedSessions).toBe(1);
    expect(refusal(await it.ask(WHO, jar.header()))).toBe('UNAUTHENTICATED TOKEN_REVOKED');
  });
});

describe('over a socket, where no cookie can be set,', () => {
  const account = `input: { email: "new@example.com", password: "${PASSWORD}" }`;

  test.each([
    [`signup(${account})`],
    [`login(input: { email: "${EMAIL}", password: "${PASSWORD}" })`],
    ['refreshToken'],
    [`changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "another sentence" })`],
  ])('%s does nothing and says to use HTTP', async (field) => {
    const jar = await it.login();
    const { store } = it.node.auth.services;
    const before = await store.countUsers(null);
    const client = await connected(it.url, null, { headers: jar.header() });
    const { payload } = await client.ask(`mutation { ${field} { session { id } } }`);
    expect(payload.errors[0]).toMatchObject({
      message: expect.stringContaining('Send this operation over HTTP'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(await store.countUsers(null)).toBe(before);
    // The refresh cookie is not spent, nor the session ended.
    it.clock.advance(31);
    const { body } = await it.ask(REFRESH, jar.header());
    expect(body.errors).toBeUndefined();
    expect(generationOf(body.data.refreshToken.refreshToken)).toBe(1);
  });

  const generationOf = (token: string): number =>
    JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()).gen;
});

describe('auth.graphqlWs', () => {
  test('reads the cookie of the upgrade, and closes with 4403 where a foreign page brings it', async () => {
    const { url, token } = await socketApi({
      jwt: { authCookie: 'app' },
      corsOrigins: ['https://app.example.com'],
    });
    const headers = { cookie: `app=${token}` };
    for (const origin of [
      undefined,
      'https://app.example.com',
      url.replace(/^ws(.*)\/graphql/, 'http$1'),
    ]) {
      const options = { headers, ...(origin !== undefined && { origin }) };
      const client = await connected(url, null, options);
      expect((await client.ask('{ me { email } }')).payload.data.me.email).toBe(EMAIL);
    }
    const foreign = { headers, origin: 'https://evil.example' };
    const refused = await connect(url, null, foreign);
    expect(await refused.closed).toEqual({ code: 4403, reason: 'POLICY_DENIED' });
    const early = await connect(url, bearer(token), foreign);
    expect(await early.closed).toEqual({ code: 4403, reason: 'POLICY_DENIED' });
    const without = await connected(url, bearer(token), { origin: 'https://evil.example' });
    expect((await without.ask('{ me { email } }')).payload.data.me.email).toBe(EMAIL);
  });

  test('closes with the reason of a token that onInvalidToken rejects', async () => {
    const { url } = await socketApi({ onInvalidToken: 'reject' });
    const client = await connect(url, { Authorization: 'Bearer nonsense' });
    expect(await client.closed).toEqual({ code: 4403, reason: 'TOKEN_MALFORMED' });
  });
});
