import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startNode, type Node } from '../../src/cli/serveNode.js';
import { configFromCode } from '../../src/config.js';
import { silentLog } from '../../src/log.js';
import { systemClock } from '../../src/time.js';
import { spawnTs, type Child } from '../support/child.js';
import { openChromium, type Browser } from '../support/chromium.js';
import { examples, expectPinned } from './running.js';

const root = join(examples, '..');
let folder: string;
let node: Node;
let vite: Child;
let url: string;
let browsers: Browser[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-example-'));
  const code = {
    port: 0,
    host: '127.0.0.1',
    database: join(folder, 'gatehouse.db'),
    jwt: { authCookie: 'gatehouse', expirationDelta: 4 },
  };
  node = await startNode(
    configFromCode('test', { code, env: {}, readFile: () => '' }),
    silentLog,
    systemClock,
  );
  vite = spawnTs(
    join(root, 'node_modules/vite/bin/vite.js'),
    [
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--config',
      join(import.meta.dirname, 'vite.config.mjs'),
    ],
    {
      cwd: join(examples, 'browser'),
      env: {
        API_URL: new URL(node.server.url).origin,
        VITE_CACHE: join(folder, 'vite'),
        NO_COLOR: '1',
        FORCE_COLOR: '0',
      },
    },
  );
  await vite.seen(/Local:\s+http\S+/);
  url = /Local:\s+(http\S+)/.exec(vite.stdout())?.[1] as string;
  browsers = [await openChromium(), await openChromium()];
}, 120_000);

afterAll(async () => {
  for (const each of browsers ?? []) await each.close();
  vite?.process.kill('SIGKILL');
  await node?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function fill(page: Page, email: string, button: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('a long sentence is fine');
  await page.getByRole('button', { name: button }).click();
  await page.getByText('Logged in as').waitFor();
}

describe('the example of a page', () => {
  test.each([
    ['tokens in localStorage', false],
    ['tokens in cookies', true],
  ])(
    'signs up, counts down, lists sessions and ends another, with %s',
    async (_, usesCookies) => {
      const email = `ann-${String(usesCookies)}@example.com`;
      const pages: Page[] = [];
      for (const { context } of browsers) {
        await context.clearCookies();
        const page = await context.newPage();
        await page.goto(url);
        await page.getByRole('heading', { name: 'Gatehouse' }).waitFor();
        if (usesCookies) await page.getByRole('checkbox').click();
        await fill(page, email, pages.length === 0 ? 'Sign up' : 'Log in');
        pages.push(page);
      }
      const [mine, other] = pages as [Page, Page];
      // Longer than an access token lives: nobody notices.
      for (const text of ['00:00:03', '00:00:02', '00:00:03', '00:00:02']) {
        await mine.getByTestId('access').getByText(text).waitFor({ timeout: 6000 });
      }
      await mine.getByRole('button', { name: 'End it' }).click();
      await other.getByText('This session was ended from another device.').waitFor();
      await mine.getByText('this one').waitFor();
      await mine.getByRole('button', { name: 'Log out' }).click();
      await mine.getByText('You have logged out.').waitFor();
      for (const page of pages) await page.close();
    },
    60_000,
  );

  test('pins what it was tested with', () => expectPinned('browser'));
});
