import { beforeAll, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';
import type { Jar } from './support.js';
import { ADMIN, cookieServer, REFRESH, refusal, type CookieServer } from './support.js';

let it: CookieServer;
let ann: Jar;
let root: Jar;
beforeAll(async () => {
  it = await cookieServer();
  [ann, root] = [await it.login(), await it.login(ADMIN)];
});

/** Who asks, or why nobody does. */
async function whoAsks(headers: Record<string, string | string[]>): Promise<string> {
  const answer = await it.ask('{ session { user { email } } }', headers);
  return answer.body.data.session?.user.email ?? refusal(answer).split(' ')[1];
}

const ANN = 'ann@example.com';
const bearer = (token: string): string => `Bearer ${token}`;

describe('whom a request speaks for', () => {
  const cases: [string, () => Record<string, string | string[]>, string][] = [
    ['the cookie', () => ann.header(), ANN],
    ['the cookie without the others', () => ann.header('gatehouse'), ANN],
    [
      'the header beside the cookie',
      () => ({ ...ann.header(), authorization: bearer(root.get('gatehouse')) }),
      ADMIN,
    ],
    [
      'nobody, where the header is refused beside a good cookie',
      () => ({ ...ann.header(), authorization: 'Bearer a.b.c' }),
      'TOKEN_MALFORMED',
    ],
    [
      'nobody, where the header is not one token',
      () => ({ ...ann.header(), authorization: 'Bearer' }),
      'TOKEN_MALFORMED',
    ],
    [
      'nobody, where the header has another scheme',
      () => ({ ...ann.header(), authorization: 'Basic YTpi' }),
      'TOKEN_MISSING',
    ],
    ['the cookie beside an empty header', () => ({ ...ann.header(), authorization: '' }), ANN],
    ['nobody without either', () => ({}), 'TOKEN_MISSING'],
    ['nobody with an empty cookie', () => ({ cookie: 'gatehouse=' }), 'TOKEN_MISSING'],
    [
      'nobody with a cookie of another name',
      () => ({ cookie: `gatehouse2=${ann.get('gatehouse')}` }),
      'TOKEN_MISSING',
    ],
    [
      'nobody with a name of another case',
      () => ({ cookie: `Gatehouse=${ann.get('gatehouse')}` }),
      'TOKEN_MISSING',
    ],
    [
      'nobody with the refresh token as the access token',
      () => ({ cookie: `gatehouse=${ann.get('gatehouse_refresh')}` }),
      'TOKEN_INVALID',
    ],
    [
      'nobody with the refresh cookie alone',
      () => ann.header('gatehouse_refresh'),
      'TOKEN_MISSING',
    ],
    [
      'nobody with the cookie twice, even of the same value',
      () => ({
        cookie: `gatehouse=${ann.get('gatehouse')}; a=b; gatehouse=${ann.get('gatehouse')}`,
      }),
      'TOKEN_MALFORMED',
    ],
    [
      'nobody with the cookie twice, once empty',
      () => ({ cookie: `gatehouse=; gatehouse=${ann.get('gatehouse')}` }),
      'TOKEN_MALFORMED',
    ],
    [
      'nobody with the cookie in each of two headers',
      () => ({
        cookie: [`gatehouse=${ann.get('gatehouse')}`, `gatehouse=${root.get('gatehouse')}`],
      }),
      'TOKEN_MALFORMED',
    ],
    [
      'the header beside a cookie that came twice',
      () => ({ cookie: 'gatehouse=a; gatehouse=b', authorization: bearer(ann.get('gatehouse')) }),
      ANN,
    ],
    [
      'nobody with more than 8 KB',
      () => ({ cookie: `gatehouse=${'a'.repeat(8193)}` }),
      'TOKEN_MALFORMED',
    ],
    [
      'nobody with a token in quotes',
      () => ({ cookie: `gatehouse="${ann.get('gatehouse')}"` }),
      'TOKEN_MALFORMED',
    ],
    [
      'nobody with a token in another writing',
      () => ({ cookie: `gatehouse=%65${ann.get('gatehouse').slice(1)}` }),
      'TOKEN_MALFORMED',
    ],
    [
      'the cookie among others, without blanks',
      () => ({ cookie: `a=b;gatehouse=${ann.get('gatehouse')};=;c;__proto__=d` }),
      ANN,
    ],
  ];

  test.each(cases)('%s', async (_, headers, who) => {
    expect(await whoAsks(headers())).toBe(who);
  });

  test('a missing token can be refreshed where a refresh cookie came, an expired one always', async () => {
    const refreshable = async (headers: Record<string, string>) => {
      const { body } = await it.ask('{ session { id } }', headers);
      const { reason, refreshable } = body.errors[0].extensions;
      return [reason, refreshable];
    };
    const token = ann.get('gatehouse_refresh');
    expect(await refreshable({})).toEqual(['TOKEN_MISSING', false]);
    expect(await refreshable(ann.header('gatehouse_info'))).toEqual(['TOKEN_MISSING', false]);
    expect(await refreshable(ann.header('gatehouse_refresh'))).toEqual(['TOKEN_MISSING', true]);
    const twice = `gatehouse_refresh=${token}; gatehouse_refresh=${token}`;
    expect(await refreshable({ cookie: twice })).toEqual(['TOKEN_MISSING', false]);
    const basic = { ...ann.header(), authorization: 'Basic YTpi' };
    expect(await refreshable(basic)).toEqual(['TOKEN_MISSING', false]);
    it.clock.advance(301);
    expect(await refreshable(ann.header('gatehouse'))).toEqual(['TOKEN_EXPIRED', true]);
    for (const jar of [ann, root]) jar.take(await it.ask(REFRESH, jar.header()));
  });

  test('a mutation that a missing token denies is not run beside a refresh cookie, so that it can be sent again', async () => {
    const source = 'mutation { logout { revokedSessions } revokeOtherSessions }';
    const { body, texts } = await it.ask(source, ann.header('gatehouse_refresh'));
    expect([body.data, texts]).toEqual([null, []]);
    expect(await whoAsks(ann.header())).toBe(ANN);
  });
});

describe('onInvalidToken: reject', () => {
  test('is for a token of the header only', async () => {
    const strict = await cookieServer({ onInvalidToken: 'reject' });
    const byHeader = await strict.ask('{ me { id } }', { authorization: 'Bearer nonsense' });
    expect(byHeader.status).toBe(401);
    const byCookie = await strict.ask('{ me { id } __typename }', { cookie: 'gatehouse=nonsense' });
    expect([byCookie.status, byCookie.body.data]).toEqual([200, { me: null, __typename: 'Query' }]);
    expect(refusal(byCookie)).toBe('UNAUTHENTICATED TOKEN_MALFORMED');
  });
});

test('a query by GET is answered to the cookie, a mutation by GET is refused', async () => {
  const get = (query: string, headers: Record<string, string>) =>
    new Promise<{ status: number; body: any }>((resolve, reject) => {
      const target = `${it.url}?query=${encodeURIComponent(query)}`;
      request(target, { headers }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += String(chunk)));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }),
        );
      })
        .on('error', reject)
        .end();
    });
  const headers = { ...ann.header(), 'apollo-require-preflight': '1' };
  expect((await get('{ me { email } }', headers)).body.data.me.email).toBe(ANN);
  const mutation = await get('mutation { logout { revokedSessions } }', headers);
  expect(mutation.status).toBe(405);
  // A link on another site: the browser sends the cookie, and nothing that a page could have added.
  const navigation = {
    ...ann.header(),
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
  };
  expect((await get('mutation { logout { revokedSessions } }', navigation)).status).toBe(400);
  expect(await whoAsks(ann.header())).toBe(ANN);
});

test('no token of a cookie is ever in the log or in an answer', async () => {
  const lines: string[] = [];
  const note = (details: object, message: string) =>
    void lines.push(JSON.stringify(details), message);
  const loud = await cookieServer({}, { debug: note, info: note, warn: note, error: note });
  const jar = await loud.login();
  const { store } = loud.node.auth.services;
  store.sessionState = () => {
    throw new Error(
      `disk on fire near ${jar.get('gatehouse')} and ${jar.get('gatehouse_refresh')}`,
    );
  };
  const answer = await loud.ask('{ me { id } }', jar.header());
  expect(refusal(answer)).toBe('INTERNAL_SERVER_ERROR');
  expect(lines.join('\n')).toContain('disk on fire near [redacted] and [redacted]');
  await loud.ask(`{ me { id: ${'x'.repeat(10)} } }`, jar.header());
  await loud.ask('{ me { id } }', { ...jar.header(), origin: 'https://evil.example' });
  const said = JSON.stringify([lines, answer.body]);
  expect(said).not.toContain(jar.get('gatehouse'));
  expect(said).not.toContain(jar.get('gatehouse_refresh'));
});
