import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLog, type Log } from '../../src/log.js';
import { openChromium, type Browser } from '../support/chromium.js';
import { cookieServer, LOGIN, LOGOUT, REFRESH, type CookieServer } from './support.js';

let browser: Browser;
let it: CookieServer;
let port: number;
let pages: Server;
let pagePort: number;
/** What the server has answered since, but for what asks whether more may be asked. */
const answered: number[] = [];

const log: Log = {
  ...silentLog,
  info: (details) => {
    const { method, status } = details as { method?: string; status?: number };
    if (method !== 'OPTIONS' && status !== undefined) answered.push(status);
  },
};

beforeAll(async () => {
  pages = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>A page</title><form></form><a>link</a>');
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  pagePort = (pages.address() as AddressInfo).port;
  it = await cookieServer({ hideTokens: true, explorer: false }, log);
  port = Number(new URL(it.url).port);
  browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
  pages.closeAllConnections();
  await new Promise((resolve) => pages.close(resolve));
});

/** Runs in the page: posts as an application does, and answers status and body. */
const post = (page: Page, url: string, query: string): Promise<{ status: number; body: any }> =>
  page.evaluate(
    `fetch(${JSON.stringify(url)}, {
      method: 'POST', credentials: 'include',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: ${JSON.stringify(query)} }),
    }).then(async (answer) => ({ status: answer.status, body: await answer.json() }),
      (error) => ({ status: 0, body: String(error) }))`,
  );

/**
 * The request that a navigation brings, as the server sees it. A page that leaves for another origin may never tell
 * whoever drives it that it was closed: such a page is closed with the browser.
 */
async function arriving(navigate: () => Promise<unknown>) {
  const channel = 'http.server.response.finish';
  let arrived: (of: { status: number; cookie: string | undefined }) => void;
  const seen = new Promise<Parameters<typeof arrived>[0]>((resolve) => (arrived = resolve));
  const hear = (message: unknown): void => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (!request.headers.host?.endsWith(`:${port}`) || !request.url?.startsWith('/graphql')) return;
    arrived({ status: response.statusCode, cookie: request.headers.cookie });
  };
  subscribe(channel, hear);
  try {
    await navigate();
    return await seen;
  } finally {
    unsubscribe(channel, hear);
  }
}

async function open(url: string): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(url);
  return page;
}

/** A page of the server's own origin, logged in. */
async function ownPage(host: string): Promise<{ page: Page; url: string }> {
  const page = await open(`http://${host}:${port}/healthz`);
  const url = `http://${host}:${port}/graphql`;
  const { body } = await post(page, url, LOGIN);
  expect(body.errors).toBeUndefined();
  return { page, url };
}

const isLoggedIn = async (page: Page, url: string): Promise<boolean> =>
  (await post(page, url, '{ me { id } }')).body.data?.me?.id !== undefined;

const jarOf = async (url: string) =>
  (await browser.context.cookies(url)).map(({ name }) => name).sort();

const all = ['gatehouse', 'gatehouse_info', 'gatehouse_refresh'];

describe.each(['localhost', '127.0.0.1'])('in Chromium, at http://%s,', (host) => {
  test('a page is logged in by cookies of which it sees nothing but when they end', async () => {
    const { page, url } = await ownPage(host);
    expect(await isLoggedIn(page, url)).toBe(true);
    // Secure cookies are kept on this machine without TLS.
    expect(await browser.context.cookies(url)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: 'gatehouse',
          path: '/',
          httpOnly: true,
          secure: true,
          sameSite: 'Lax',
        }),
        expect.objectContaining({
          name: 'gatehouse_refresh',
          path: '/graphql',
          httpOnly: true,
          secure: true,
          sameSite: 'Lax',
        }),
        expect.objectContaining({
          name: 'gatehouse_info',
          path: '/',
          httpOnly: false,
          secure: true,
          sameSite: 'Lax',
        }),
      ]),
    );
    const seen = (): Promise<string> => page.evaluate('document.cookie');
    expect(await seen()).toMatch(/^gatehouse_info=\d+\.\d+\.\d+$/);

    // Its own clock is not asked: this server's is of another year.
    const secondsLeft = `(() => {
      const [access, refresh, now] = /gatehouse_info=([^;]+)/.exec(document.cookie)[1].split('.').map(Number);
      return [access - now, refresh - now];
    })()`;
    expect(await page.evaluate(secondsLeft)).toEqual([300, 604_800]);
    it.clock.advance(301);
    const late = await post(page, url, '{ session { id } }');
    expect(late.body.errors[0].extensions).toMatchObject({
      reason: 'TOKEN_EXPIRED',
      refreshable: true,
    });
    const renewed = await post(page, url, REFRESH);
    expect(renewed.body.data.refreshToken).toMatchObject({ accessToken: null, refreshToken: null });
    expect(await isLoggedIn(page, url)).toBe(true);
    expect(await page.evaluate(secondsLeft)).toEqual([300, 604_800 - 301]);

    expect(await jarOf(url)).toEqual(all);
    await post(page, url, LOGOUT);
    expect(await jarOf(url)).toEqual([]);
    expect(await seen()).toBe('');
    expect(await isLoggedIn(page, url)).toBe(false);
    await page.close();
  });
});

/** What a hostile page can do without being allowed anything: each leaves a request, or none, at the server. */
const attacks: [string, number[], (url: string) => string][] = [
  [
    'fetch as JSON',
    [],
    (url) =>
      `fetch('${url}', { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: '{"query":"mutation { logout { revokedSessions } }"}' }).catch(() => 0)`,
  ],
  [
    'fetch as text, without looking at the answer',
    [403],
    (url) =>
      `fetch('${url}', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{"query":"mutation { logout { revokedSessions } }"}' }).catch(() => 0)`,
  ],
  [
    'a beacon',
    [403],
    (url) =>
      `new Promise((done) => { navigator.sendBeacon('${url}', '{"query":"mutation { logout { revokedSessions } }"}'); setTimeout(done, 300); })`,
  ],
  [
    'a WebSocket',
    [403],
    (url) =>
      `new Promise((done) => { const socket = new WebSocket('${url.replace('http', 'ws')}', 'graphql-transport-ws'); socket.onopen = () => done('open'); socket.onclose = () => done('closed'); })`,
  ],
];

describe('in Chromium, a page of another origin', () => {
  test.each(attacks)(
    'on another port of the same host, which is the same site, gets nothing done by %s',
    async (_, statuses, attack) => {
      const { page, url } = await ownPage('localhost');
      const hostile = await open(`http://localhost:${pagePort}/`);
      answered.length = 0;
      expect(await hostile.evaluate(attack(url))).not.toBe('open');
      // The line is written when the answer has left.
      while (answered.length < statuses.length)
        await new Promise((resolve) => setImmediate(resolve));
      expect(answered).toEqual(statuses);
      expect(await isLoggedIn(page, url)).toBe(true);
      await Promise.all([page.close(), hostile.close()]);
    },
  );

  test('of the same site is stopped by its origin alone: the cookies came along', async () => {
    const { page, url } = await ownPage('localhost');
    const hostile = await open(`http://localhost:${pagePort}/`);
    const answer = await arriving(() => hostile.evaluate(submit(url)));
    expect(answer.status).toBe(403);
    expect(answer.cookie).toMatch(/gatehouse=eyJ/);
    expect(await isLoggedIn(page, url)).toBe(true);
    await page.close();
  });

  test('of another site sends no cookie with a form, and a link can change nothing', async () => {
    const { page, url } = await ownPage('127.0.0.1');
    const hostile = await open(`http://localhost:${pagePort}/`);
    const posted = await arriving(() => hostile.evaluate(submit(url)));
    expect(posted.cookie).toBeUndefined();
    expect(posted.status).toBe(400);

    const linking = await open(`http://localhost:${pagePort}/`);
    const link = `${url}?query=${encodeURIComponent('mutation { logout { revokedSessions } }')}`;
    const followed = await arriving(() =>
      linking.evaluate(`void setTimeout(() => (location.href = ${JSON.stringify(link)}))`),
    );
    // SameSite=Lax lets it through: the person went there.
    expect(followed.cookie).toMatch(/gatehouse=eyJ/);
    expect(followed.status).toBe(400);
    expect(await isLoggedIn(page, url)).toBe(true);
    await page.close();
  });

  test('that corsOrigins names may use the cookies, and sees no more of them than the own pages', async () => {
    const origin = `http://localhost:${pagePort}`;
    const listed = await cookieServer({
      corsOrigins: [origin],
      jwt: { authCookie: '__Secure-app' },
    });
    const url = listed.url.replace('127.0.0.1', 'localhost');
    const page = await open(origin);
    expect((await post(page, url, LOGIN)).status).toBe(200);
    expect(await jarOf(url)).toEqual(
      expect.arrayContaining(['__Secure-app', '__Secure-app_refresh']),
    );
    expect(await isLoggedIn(page, url)).toBe(true);
    // Cookies know no ports: of two servers on one machine each needs a name of its own.
    expect(await page.evaluate('document.cookie')).toMatch(/__Secure-app_info=\d+\.\d+\.\d+/);
    expect((await post(page, url, LOGOUT)).body.data.logout.revokedSessions).toBe(1);
    expect((await jarOf(url)).filter((name) => name.startsWith('__'))).toEqual([]);
    // Of another site a page is kept from them by SameSite, listed or not.
    const elsewhere = await post(page, listed.url, LOGIN);
    expect(elsewhere.status).toBe(200);
    expect(await jarOf(listed.url)).toEqual(await jarOf(it.url));
    expect(await isLoggedIn(page, listed.url)).toBe(false);
    await page.close();
  });

  const submit = (url: string): string =>
    `(() => {
      const form = document.querySelector('form');
      Object.assign(form, { action: '${url}', method: 'POST', enctype: 'text/plain' });
      const input = document.createElement('input');
      Object.assign(input, { name: '{"query":"mutation { logout { revokedSessions } }","a":"', value: '"}' });
      form.append(input);
      setTimeout(() => form.submit());
    })()`;
});
