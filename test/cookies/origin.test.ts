import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SettingsInput } from '../../src/config.js';
import { WebSocket } from 'ws';
import { silentLog } from '../../src/log.js';
import { cookieServer, LOGIN, send, type CookieServer, type Jar } from './support.js';

interface Case {
  case: string;
  headers: Record<string, string>;
  settings?: 'plain' | 'behind a proxy';
  status: 200 | 403;
}

const settings: Record<string, SettingsInput> = {
  plain: { corsOrigins: ['https://app.example.com'] },
  'behind a proxy': { corsOrigins: ['https://app.example.com'], trustProxy: 'loopback'.split(',') },
};

const here = { host: 'api.example.com:8443' };

const cases: Case[] = [
  {
    case: 'the own origin',
    headers: { ...here, origin: 'https://api.example.com:8443' },
    status: 200,
  },
  {
    case: 'the own host by http, where a proxy may speak TLS',
    headers: { ...here, origin: 'http://api.example.com:8443' },
    status: 200,
  },
  {
    case: 'the own origin without the port of its scheme',
    headers: { host: 'api.example.com:443', origin: 'https://api.example.com' },
    status: 200,
  },
  { case: 'a listed origin', headers: { ...here, origin: 'https://app.example.com' }, status: 200 },
  { case: 'no origin at all: a program', headers: here, status: 200 },
  {
    case: 'no origin, from the own page',
    headers: { ...here, 'sec-fetch-site': 'same-origin' },
    status: 200,
  },
  {
    case: 'no origin, asked by the person',
    headers: { ...here, 'sec-fetch-site': 'none' },
    status: 200,
  },
  {
    case: 'no origin, but from another site',
    headers: { ...here, 'sec-fetch-site': 'cross-site' },
    status: 403,
  },
  {
    case: 'no origin, but from another host of the site',
    headers: { ...here, 'sec-fetch-site': 'same-site' },
    status: 403,
  },
  { case: 'another site', headers: { ...here, origin: 'https://evil.example' }, status: 403 },
  {
    case: 'the own host on another port',
    headers: { ...here, origin: 'https://api.example.com' },
    status: 403,
  },
  {
    case: 'a subdomain',
    headers: { ...here, origin: 'https://x.api.example.com:8443' },
    status: 403,
  },
  {
    case: 'the parent domain',
    headers: { ...here, origin: 'https://example.com:8443' },
    status: 403,
  },
  {
    case: 'a host that begins the same',
    headers: { ...here, origin: 'https://api.example.com:8443.evil.example' },
    status: 403,
  },
  {
    case: 'the own host before an at sign',
    headers: { ...here, origin: 'https://api.example.com:8443@evil.example' },
    status: 403,
  },
  {
    case: 'a listed origin with a slash',
    headers: { ...here, origin: 'https://app.example.com/' },
    status: 403,
  },
  {
    case: 'a listed host by http',
    headers: { ...here, origin: 'http://app.example.com' },
    status: 403,
  },
  { case: 'the opaque origin', headers: { ...here, origin: 'null' }, status: 403 },
  { case: 'an empty origin', headers: { ...here, origin: '' }, status: 403 },
  { case: 'an extension', headers: { ...here, origin: 'chrome-extension://abcdef' }, status: 403 },
  {
    case: 'two origins',
    headers: { ...here, origin: 'https://app.example.com, https://evil.example' },
    status: 403,
  },
  {
    case: 'a forwarded host while no proxy is trusted',
    headers: { ...here, origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
    status: 403,
  },
  {
    case: 'the host that a trusted proxy was asked for',
    headers: {
      host: 'internal:4000',
      origin: 'https://www.example.com',
      'x-forwarded-host': 'www.example.com',
      'x-forwarded-proto': 'https',
    },
    settings: 'behind a proxy',
    status: 200,
  },
  {
    case: 'the same by http, where the proxy speaks TLS',
    headers: {
      host: 'internal:4000',
      origin: 'http://www.example.com',
      'x-forwarded-host': 'www.example.com',
      'x-forwarded-proto': 'https',
    },
    settings: 'behind a proxy',
    status: 403,
  },
  {
    case: 'the first host of several proxies',
    headers: {
      host: 'internal:4000',
      origin: 'https://www.example.com',
      'x-forwarded-host': 'www.example.com, inner.example.com',
    },
    settings: 'behind a proxy',
    status: 200,
  },
  {
    case: 'the host of the inner proxy',
    headers: {
      host: 'internal:4000',
      origin: 'https://internal:4000',
      'x-forwarded-host': 'www.example.com',
    },
    settings: 'behind a proxy',
    status: 403,
  },
  {
    case: 'the own host, where the trusted proxy passes that on',
    headers: { ...here, origin: 'https://api.example.com:8443' },
    settings: 'behind a proxy',
    status: 200,
  },
  {
    case: 'another site behind a trusted proxy',
    headers: { ...here, origin: 'https://evil.example', 'x-forwarded-host': 'www.example.com' },
    settings: 'behind a proxy',
    status: 403,
  },
];

const servers: Record<string, { server: CookieServer; jar: Jar }> = {};
beforeAll(async () => {
  for (const [name, each] of Object.entries(settings)) {
    const server = await cookieServer(each);
    servers[name] = { server, jar: await server.login() };
  }
});

describe('a request with our cookies', () => {
  test.each(cases)('$case → $status', async ({ headers, settings: name = 'plain', status }) => {
    const { server, jar } = servers[name] as (typeof servers)[string];
    const answer = await server.ask('mutation { revokeOtherSessions }', {
      ...jar.header(),
      ...headers,
    });
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.body.errors).toBeUndefined();
    else {
      const extensions = { code: 'FORBIDDEN', reason: 'POLICY_DENIED' };
      expect(answer.body).toMatchObject({ errors: [{ extensions }] });
      expect(answer.body.errors[0].message).toMatch(/must be in corsOrigins/);
    }
  });

  const evil = { origin: 'https://evil.example' };
  const { server, jar } = {
    server: () => servers['plain']!.server,
    jar: () => servers['plain']!.jar,
  };

  test('is refused for each of them alone, a query too, and whatever stands beside them', async () => {
    for (const name of ['gatehouse', 'gatehouse_refresh', 'gatehouse_info']) {
      const headers = { ...evil, ...jar().header(name) };
      expect((await server().ask('{ __typename }', headers)).status).toBe(403);
    }
    const beside = {
      ...evil,
      ...jar().header(),
      authorization: `Bearer ${jar().get('gatehouse')}`,
    };
    expect((await server().ask('{ me { id } }', beside)).status).toBe(403);
    expect(
      (await server().ask('{ __typename }', { ...evil, cookie: 'gatehouse=; a=b' })).status,
    ).toBe(403);
  });

  test('is refused before its body is read, whatever its type and method', async () => {
    const headers = { ...evil, ...jar().header() };
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const sent = { headers: { ...headers, 'content-type': type } };
      expect((await send(server().url, LOGIN, sent)).status).toBe(403);
    }
    expect((await send(server().url, '{ me { id } }', { headers, method: 'GET' })).status).toBe(
      403,
    );
  });

  test('a foreign origin without them, or with cookies of others, is left to CORS', async () => {
    for (const cookie of ['', 'other=1', 'xgatehouse=1; gatehouse_more=2', 'a=gatehouse']) {
      expect((await server().ask('{ __typename }', { ...evil, cookie })).status).toBe(200);
    }
  });

  test('a listed origin gets the headers that let its page read the answer with credentials', async () => {
    const origin = 'https://app.example.com';
    const response = await fetch(server().url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
  });
});

test('a proxy that replaces the host is warned of once, by the first page that its browser calls our own', async () => {
  const warnings: object[] = [];
  const log = {
    ...silentLog,
    warn: (details: object, message: string) => warnings.push({ ...details, message }),
  };
  const origin = 'https://www.example.com';
  const own = { host: '127.0.0.1:4000', origin, 'sec-fetch-site': 'same-origin' };
  const proxied = await cookieServer({}, log);
  const ask = (headers: Record<string, string>) => proxied.ask(LOGIN, headers);
  // A page of another origin, whatever it is after, and one that has reached us as it is.
  await ask({ ...own, 'sec-fetch-site': 'cross-site' });
  await ask({ ...own, host: 'www.example.com' });
  expect(warnings).toEqual([]);
  expect((await ask(own)).texts).toEqual([]);
  await ask(own);
  const message = expect.stringMatching(/GATEHOUSE_TRUST_PROXY.* GATEHOUSE_CORS_ORIGINS/);
  expect(warnings).toEqual([{ origin, host: '127.0.0.1:4000', scheme: null, message }]);
});

describe('an upgrade with our cookies', () => {
  const upgrade = (name: string, headers: Record<string, string>): Promise<number> => {
    const { server, jar } = servers[name] as (typeof servers)[string];
    const socket = new WebSocket(server.url.replace('http', 'ws'), 'graphql-transport-ws', {
      headers: { ...jar.header(), ...headers },
    });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    }).finally(() => socket.terminate()) as Promise<number>;
  };

  test.each(cases.filter(({ headers }) => headers['sec-fetch-site'] === undefined))(
    '$case → $status',
    async ({ headers, settings: name = 'plain', status }) => {
      expect(await upgrade(name, headers)).toBe(status === 200 ? 101 : 403);
    },
  );
});
