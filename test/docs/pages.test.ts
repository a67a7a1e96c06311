import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCatalogue, forbiddenReasons, unauthenticatedReasons } from '../../src/common.js';
import { blocksOf, openShell } from '../support/docs.js';
import { testPages } from './everyPage.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (page: string) => readFileSync(join(root, page), 'utf8');

testPages(0, 4);

describe('docs/errors.md', () => {
  test('has every code and every reason of the catalogue, and no other', () => {
    const named = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(
      (match) => match[1],
    );
    const catalogue = [errorCatalogue, unauthenticatedReasons, forbiddenReasons].flatMap(
      Object.keys,
    );
    expect(named.sort()).toEqual(catalogue.sort());
  });
});

describe('the script of the README', () => {
  test('ends with the session ended, and says why', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-docs-'));
    const shell = await openShell(folder);
    const blocks = blocksOf('README.md');
    const start = blocks.find(({ text }) => text.includes('JWT_EXPIRATION_DELTA'));
    const script = blocks.find(({ language }) => language === 'js');
    try {
      await shell.serve(start?.text as string);
      const lines = (await shell.script(script?.text as string)).trim().split('\n');
      const answers = lines.map((line) => line.split('→')[1]?.trim());
      expect(answers).toEqual([
        expect.stringContaining('{"signup"'),
        expect.stringContaining('{"login"'),
        expect.stringContaining('{"me"'),
        expect.stringContaining('UNAUTHENTICATED TOKEN_EXPIRED'),
        expect.stringContaining('{"refreshToken"'),
        expect.stringContaining('{"refreshToken"'),
        expect.stringContaining('{"me"'),
        expect.stringMatching(/^REFRESH_TOKEN_REUSED .*The session has been ended, because/),
        expect.stringContaining('UNAUTHENTICATED TOKEN_REVOKED'),
      ]);
    } finally {
      await shell.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
