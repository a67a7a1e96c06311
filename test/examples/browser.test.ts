import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startNode, type Node } from '../../src/cli/serveNode.js';
import { configFromCode } from '../../src/config.js';
import { silentLog } from '../../src/log.js';
import { systemClock } from '../../src/time.js';
import { runTs, spawnTs, type Child } from '../support/child.js';
import { openChromium, type Browser } from '../support/chromium.js';
import { followed } from '../support/pageStory.js';
import { examples, expectPinned } from './running.js';

let folder: string;
let node: Node;
let pages: Child;
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
  const vite = join(examples, '../node_modules/vite/bin/vite.js');
  const config = ['--config', join(import.meta.dirname, 'vite.config.mjs')];
  const options = {
    cwd: join(examples, 'browser'),
    env: {
      API_URL: new URL(node.server.url).origin,
      OUT_DIR: join(folder, 'page'),
      NO_COLOR: '1',
      FORCE_COLOR: '0',
    },
  };
  // Built: the server of `npm start` may load a page again in the middle of a test, for a dependency found late.
  await runTs(vite, ['build', ...config], options);
  pages = spawnTs(vite, ['preview', '--host', '127.0.0.1', '--port', '0', ...config], options);
  await pages.seen(/Local:\s+http\S+/);
  url = /Local:\s+(http\S+)/.exec(pages.stdout())?.[1] as string;
  browsers = [await openChromium(), await openChromium()];
});

afterAll(async () => {
  for (const each of browsers ?? []) await each.close();
  pages?.process.kill('SIGKILL');
  await node?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function enter(page: Page, usesCookies: boolean, button: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('heading', { name: 'Gatehouse' }).waitFor();
  if (usesCookies) {
    // The page is loaded again, and what is typed before that is lost.
    const loaded = page.waitForEvent('load');
    await page.getByRole('checkbox').click();
    await loaded;
  }
  await page.getByLabel('Email').fill(`ann-${String(usesCookies)}@example.com`);
  await page.getByLabel('Password').fill('a long sentence is fine');
  await page.getByRole('button', { name: button }).click();
  await page.getByText('Logged in as').waitFor();
}

describe('the example of a page', () => {
  test.each([
    ['tokens in localStorage', false],
    ['tokens in cookies', true],
  ])('signs up, counts down, lists sessions and ends another, with %s', async (_, usesCookies) => {
    const pages: Page[] = [];
    for (const { context } of browsers) {
      await context.clearCookies();
      const page = await context.newPage();
      const withStory = followed(page);
      await enter(page, usesCookies, pages.length === 0 ? 'Sign up' : 'Log in').catch(
        async (error: unknown) => {
          throw await withStory(error);
        },
      );
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
  });

  test('pins what it was tested with', () => expectPinned('browser'));
});
