import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { startNode, type Node } from '../../src/cli/serveNode.js';
import { configFromCode } from '../../src/config.js';
import { silentLog } from '../../src/log.js';
import { testClock, type TestClock } from '../support/clock.js';
import { openChromium, type Browser } from '../support/chromium.js';

/** The page: one client, and a few names for the test to call. */
const script = `
  import { cookieStorage, createAuthClient } from './index.js';
  const cookie = new URLSearchParams(location.search).get('cookie');
  const url = new URLSearchParams(location.search).get('url');
  const events = [];
  const count = { sent: 0, refused: 0 };
  const client = createAuthClient({
    url,
    ...(cookie && { storage: cookieStorage(cookie) }),
    onEvent: (event) => events.push(event.reason ?? event.type),
    fetch: async (input, init) => {
      count.sent += 1;
      const response = await fetch(input, init);
      if ((await response.clone().text()).includes('UNAUTHENTICATED')) count.refused += 1;
      return response;
    },
  });
  const ask = async (query) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await client.fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    return answer.json();
  };
  Object.assign(window, { client, events, count, ask });
`;

let browser: Browser;
let folder: string;
let pages: Server;
let origin: string;
const nodes: Node[] = [];

beforeAll(async () => {
  const root = join(import.meta.dirname, '../../src/client');
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: root, loader: 'js' },
    bundle: true,
    format: 'esm',
    write: false,
  });
  pages = createServer((request, response) => {
    const isScript = request.url === '/client.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript
        ? outputFiles[0]?.text
        : '<!doctype html><title>Tab</title><script type="module" src="/client.js"></script>',
    );
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-browser-'));
  browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
  for (const node of nodes) await node.stop();
  pages.closeAllConnections();
  await new Promise((resolve) => pages.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

async function serve(more: object = {}): Promise<{ url: string; clock: TestClock }> {
  const clock = testClock();
  const database = join(folder, `${nodes.length}.db`);
  const code = { port: 0, host: '127.0.0.1', database, corsOrigins: [origin], ...more };
  const config = configFromCode('test', { code, env: {}, readFile: () => '' });
  const node = await startNode(config, silentLog, clock);
  nodes.push(node);
  return { url: node.server.url, clock };
}

async function open(url: string, cookie = ''): Promise<Page> {
  const page = await browser.context.newPage();
  // The browser's clock is driven by the test: a day in a blink.
  await page.clock.install();
  await page.goto(`${origin}/?url=${encodeURIComponent(url)}&cookie=${cookie}`);
  await page.waitForFunction('window.client !== undefined');
  await page.evaluate('client.ready');
  return page;
}

/** Sets the clock of one page alone: `page.clock` sets those of all. */
const later = (seconds: number) => `Date.now = ((now) => () => now() + ${seconds}_000)(Date.now);`;
const me = (page: Page): Promise<any> => page.evaluate(`ask('{ me { email } }')`);
const eventsOf = (page: Page): Promise<string[]> => page.evaluate('events');
/** The pair of before has been replaced, and that has been used. */
async function renewTwice(page: Page, clock: TestClock, email: string): Promise<void> {
  for (let renewal = 0; renewal < 2; renewal++) {
    clock.advance(400);
    await page.evaluate(later(400));
    expect(await me(page)).toEqual({ data: { me: { email } } });
  }
}
async function haveStayedIn(tabs: readonly Page[]): Promise<void> {
  for (const tab of tabs) {
    expect((await eventsOf(tab)).filter((event) => !/^(in|renewed)$/.test(event))).toEqual([]);
    await tab.close();
  }
}
// Cookies do not know ports: those of another server would be in the way.
beforeEach(async () => {
  // A page of a test that has failed would use them, too.
  for (const page of browser.context.pages().slice(1)) await page.close();
  await browser.context.setOffline(false);
  await browser.context.clearCookies();
});

let people = 0;
async function signup(page: Page): Promise<string> {
  const email = `ann-${++people}@example.com`;
  const account = JSON.stringify({ email, password: 'a long sentence is fine' });
  expect(await page.evaluate(`client.signup(${account})`)).toMatchObject({ ok: true });
  return email;
}

describe.each([
  ['tokens in localStorage', ''],
  ['tokens in cookies', 'gate'],
])('in Chromium, with %s', (_, cookie) => {
  const settings = cookie ? { jwt: { authCookie: cookie }, hideTokens: true } : {};

  test('a reload is no logout, tabs share one session, and log out together', async () => {
    const { url } = await serve(settings);
    const first = await open(url, cookie);
    const email = await signup(first);
    const second = await open(url, cookie);
    expect(await me(second)).toEqual({ data: { me: { email } } });
    await first.reload();
    await first.waitForFunction('window.client?.session');
    expect(await first.evaluate('client.session.user.email')).toBe(email);
    if (cookie) {
      const seen = await first.evaluate(
        'localStorage[`cookie gatehouse ${client.url}`] + document.cookie',
      );
      expect(seen).toContain('gate_info=');
      expect(seen).not.toMatch(/eyJ|gate_refresh|gate=/);
      expect(await first.evaluate('client.getAccessToken()')).toBe(null);
      // Tokens that an earlier version of the page has left are wiped.
      await first.evaluate('localStorage.setItem(`gatehouse ${client.url}`, "eyJ")');
      await first.reload();
      await first.waitForFunction('window.client?.session');
      expect(await first.evaluate('localStorage.getItem(`gatehouse ${client.url}`)')).toBe(null);
    }
    await second.evaluate('client.logout()');
    await first.waitForFunction('client.session === null');
    expect(await first.evaluate('client.endReason')).toBe('LOGGED_OUT');
    expect(await me(first)).toEqual({ data: { me: null } });
    await first.reload();
    await first.waitForFunction('window.client?.session === null');
    for (const page of [first, second]) await page.close();
  });

  test('two tabs that wake at once both stay logged in, and no request fails', async () => {
    const { url, clock } = await serve(settings);
    const tabs = [await open(url, cookie), await open(url, cookie)] as const;
    const email = await signup(tabs[0]);
    await tabs[1].waitForFunction('client.session');
    for (let hour = 0; hour < 3; hour++) {
      clock.advance(3600);
      // As of a machine that slept: the clock has jumped, and no timer has run.
      for (const tab of tabs) await tab.clock.fastForward(3600_000);
      const answers = await Promise.all(tabs.map(me));
      expect(answers).toEqual([{ data: { me: { email } } }, { data: { me: { email } } }]);
    }
    for (const tab of tabs) expect(await tab.evaluate('count.refused')).toBe(0);
    await haveStayedIn(tabs);
  });

  test('a page that stood still behind a dialog spends no pair that another tab has replaced meanwhile', async () => {
    const { url, clock } = await serve(settings);
    const [still, other] = [await open(url, cookie), await open(url, cookie)] as const;
    const email = await signup(other);
    await still.waitForFunction('client.session');
    for (let round = 0; round < 5; round++) {
      const opening = still.waitForEvent('dialog');
      const asked = still.evaluate(`
        confirm('Sure?');
        ${later(800)}
        ask('{ me { email } }');
      `);
      const dialog = await opening;
      await renewTwice(other, clock, email);
      await dialog.accept();
      expect(await asked).toEqual({ data: { me: { email } } });
      expect(await me(other)).toEqual({ data: { me: { email } } });
    }
    await haveStayedIn([still, other]);
  });

  test('a page whose process stops while it waits for the storage spends none either', async () => {
    const { url, clock } = await serve(settings);
    const [still, other] = [await open(url, cookie), await open(url, cookie)] as const;
    const email = await signup(other);
    await still.waitForFunction('client.session');
    const renderer = await browser.rendererOf(still);
    for (let round = 0; round < 5; round++) {
      await still.evaluate(`${later(800)} void (window.asked = ask('{ me { email } }'));`);
      process.kill(renderer, 'SIGSTOP');
      try {
        await renewTwice(other, clock, email);
        await sleep(300);
      } finally {
        process.kill(renderer, 'SIGCONT');
      }
      expect(await still.evaluate('asked')).toEqual({ data: { me: { email } } });
      expect(await me(other)).toEqual({ data: { me: { email } } });
    }
    await haveStayedIn([still, other]);
  });

  test('a page that is offline keeps its session, and goes on when it is online again', async () => {
    const { url, clock } = await serve(settings);
    const page = await open(url, cookie);
    const email = await signup(page);
    await browser.context.setOffline(true);
    clock.advance(3600);
    await page.clock.fastForward(3600_000);
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`);
    await page.clock.runFor(120_000);
    expect(await page.evaluate('client.session.user.email')).toBe(email);
    expect(await eventsOf(page)).toContain('failed');
    await browser.context.setOffline(false);
    await page.waitForFunction(`events.at(-1) === 'renewed'`).catch(async () => {
      await page.clock.runFor(60_000);
    });
    expect(await me(page)).toEqual({ data: { me: { email } } });
    expect(await page.evaluate('count.refused')).toBe(0);
    await page.close();
  });
});
