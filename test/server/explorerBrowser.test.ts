import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { startNode } from '../../src/cli/serveNode.js';
import { configFromCode } from '../../src/config.js';
import { silentLog } from '../../src/log.js';
import { systemClock } from '../../src/time.js';
import { openChromium, type Browser } from '../support/chromium.js';
import { start } from './testServer.js';

const root = join(import.meta.dirname, '../..');

describe('the explorer in a browser', () => {
  let browser: Browser;
  let explorerFolder: string;

  beforeAll(async () => {
    explorerFolder = await mkdtemp(join(tmpdir(), 'explorer-'));
    await promisify(execFile)(process.execPath, [
      join(root, 'scripts/buildExplorer.mjs'),
      explorerFolder,
    ]);
    browser = await openChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(explorerFolder, { recursive: true, force: true });
  });

  test('without internet falls back to GraphiQL, logs in with the prefilled operation, and reads `me` with the token', async () => {
    const node = await startNode(
      configFromCode('test', {
        code: {
          port: 0,
          host: '127.0.0.1',
          database: join(explorerFolder, 'gatehouse.db'),
          onInvalidToken: 'reject',
        },
        readFile: () => '',
      }),
      silentLog,
      systemClock,
      { explorerFolder },
    );
    await node.auth.services.users.create(
      { email: 'ada@example.com', password: 'correct horse battery' },
      { event: 'user_created' },
    );
    const { url } = node.server;
    const page = await browser.context.newPage();
    await page.route(/apollographql\.com/, (route) => route.abort());
    const broken: string[] = [];
    page.on('pageerror', (error) => broken.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) broken.push(message.text());
    });
    await page.goto(url);
    await page.locator('html[data-explorer=graphiql]').waitFor();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();

    await page.getByRole('button', { name: 'Variables' }).click();
    await replaceEditor(
      page,
      '{"input": {"email": "ada@example.com", "password": "correct horse battery"}}',
    );
    await run(page, 'Login');
    const loggedIn = await answer(page, 'accessToken');
    // The pane breaks long lines.
    const token = /"accessToken":"([^"]+)"/.exec(loggedIn.replace(/\s/g, ''))?.[1];

    await page.getByRole('button', { name: 'Headers' }).click();
    await replaceEditor(page, JSON.stringify({ Authorization: `Bearer ${token}` }));
    await run(page, 'Me');
    expect(await answer(page, '"me"')).toMatch(/"email":\s*"ada@example.com"/);
    expect(broken).toEqual([]);
    await page.close();
    await node.stop();
  });

  test('gives Apollo Sandbox, where it can be loaded, the same operation, variables and headers', async () => {
    const { url } = await start({ explorer: true, explorerFolder });
    const page = await browser.context.newPage();
    await page.route(/embeddable-sandbox\.cdn\.apollographql\.com/, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: sandboxDouble }),
    );
    await page.route(/sandbox\.embed\.apollographql\.com/, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<script>parent.postMessage("ready", "*")</script>',
      }),
    );
    await page.goto(url);
    await page.locator('html[data-explorer=sandbox]').waitFor();
    const given = await page.evaluate('window.given');
    expect(given).toMatchObject({
      initialEndpoint: url,
      initialState: {
        document: expect.stringContaining('mutation Login'),
        variables: { input: { email: expect.any(String), password: expect.any(String) } },
        headers: { Authorization: expect.stringMatching(/^Bearer /) },
      },
    });
    await page.getByRole('button', { name: 'Use GraphiQL instead' }).click();
    await page.locator('html[data-explorer=graphiql]').waitFor();
    await page.close();
  });
});

const sandboxDouble = `window.EmbeddedSandbox = class {
  constructor(options) {
    window.given = options;
    const frame = document.createElement('iframe');
    frame.src = 'https://sandbox.embed.apollographql.com/';
    document.querySelector(options.target).append(frame);
  }
}`;

async function replaceEditor(page: Page, text: string): Promise<void> {
  await page.locator('.graphiql-editor-tool .graphiql-editor:visible .view-lines').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

async function run(page: Page, operation: string): Promise<void> {
  await page.getByRole('button', { name: /Execute query/ }).click();
  await page.getByRole('menuitem', { name: operation, exact: true }).click();
}

async function answer(page: Page, text: string): Promise<string> {
  const response = page.locator('.result-window');
  await response.getByText(text).first().waitFor({ timeout: 10_000 });
  return (await response.innerText()).replaceAll('\u00a0', ' ');
}
