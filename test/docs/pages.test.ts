import { describe, expect, test } from '@jest/globals';
import { buildSchema, extendSchema, getOperationAST, parse, validate } from 'graphql';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCatalogue, forbiddenReasons, unauthenticatedReasons } from '../../src/common.js';
import { blocksOf, isServer, openShell } from '../support/docs.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
const pages = ['README.md', ...docs.map((file) => `docs/${file}`)];

/** What is shown, not run. */
const shown = ['text', 'json', ''];

describe.each(pages)('%s', (page) => {
  const blocks = blocksOf(page);

  test('every link to a file leads to one', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
      (match) => match[1] as string,
    );
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });

  test('every block is run, checked, or output that is shown', () => {
    const known = ['bash', 'js', 'graphql', ...shown];
    expect(blocks.filter(({ language }) => !known.includes(language))).toEqual([]);
  });

  const runnable = blocks.filter(({ language }) => language === 'bash' || language === 'js');
  if (runnable.length > 0) {
    test('every command and script runs, from the top of the page to its end', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'gatehouse-docs-'));
      const shell = await openShell(folder);
      try {
        for (const block of runnable) {
          try {
            if (block.language === 'js') await shell.script(block.text);
            else if (isServer(block)) await shell.serve(block.text);
            else await shell.run(block.text);
          } catch (error) {
            throw new Error(`${page}:${block.line}: ${(error as Error).message}`);
          }
        }
      } finally {
        await shell.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }, 60_000);
  }

  const graphql = blocks.filter(({ language }) => language === 'graphql');
  if (graphql.length > 0) {
    test('every piece of GraphQL is valid', () => {
      const sdl = read('schema.graphql');
      for (const { text } of graphql) {
        const document = parse(text);
        const isOperation = getOperationAST(document) !== null;
        if (isOperation) expect(validate(buildSchema(sdl), document)).toEqual([]);
        else {
          // An example of somebody's own schema, with our directives.
          const directives = sdl.slice(0, sdl.indexOf('"A moment'));
          expect(() => extendSchema(buildSchema(directives), document)).not.toThrow();
        }
      }
    });
  }
});

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
