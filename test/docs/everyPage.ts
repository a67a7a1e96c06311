import { describe, expect, test } from '@jest/globals';
import { buildSchema, extendSchema, getOperationAST, parse, validate } from 'graphql';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { blocksOf, isServer, openShell } from '../support/docs.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
const pages = ['README.md', ...docs.map((file) => `docs/${file}`)];

/** What is compiled against the packed package: see `test/library/package.test.ts`. */
const compiled = 'ts';

/** What is shown, not run. */
const shown = ['text', 'json', ''];

/** Of the pages, every so many-eth: files of tests run side by side, and each page takes its time. */
export function testPages(part: number, parts: number): void {
  describe.each(pages.filter((_, index) => index % parts === part))('%s', testPage);
}

/** What the commands and scripts of a page put out, in their order; once its test has run. */
export const outputOf = new Map<string, string[]>();

function testPage(page: string): void {
  const blocks = blocksOf(page);

  test('every link to a file leads to one', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
      (match) => match[1] as string,
    );
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });

  test('every block is run, checked, or output that is shown', () => {
    const known = ['bash', 'js', 'graphql', compiled, ...shown];
    expect(blocks.filter(({ language }) => !known.includes(language))).toEqual([]);
  });

  const runnable = blocks.filter(({ language }) => language === 'bash' || language === 'js');
  if (runnable.length > 0) {
    test('every command and script runs, from the top of the page to its end', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'gatehouse-docs-'));
      const shell = await openShell(folder);
      const output: string[] = [];
      try {
        for (const block of runnable) {
          try {
            if (block.language === 'js') output.push(await shell.script(block.text));
            else if (isServer(block)) await shell.serve(block.text);
            else output.push(await shell.run(block.text));
          } catch (error) {
            throw new Error(`${page}:${block.line}: ${(error as Error).message}`);
          }
        }
        outputOf.set(page, output);
      } finally {
        await shell.close();
        rmSync(folder, { recursive: true, force: true });
      }
    });
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
}
