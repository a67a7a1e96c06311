import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '../src');

/** From the street to the cellar: a room imports only from rooms behind it, or from the shelf. */
const floors = [
  'cli',
  'index.ts',
  'testing',
  'server',
  'auth',
  'masking.ts',
  'context',
  'compiled',
  'directives',
  'resolvers',
  'generated',
  'contextParts.ts',
  'request.ts',
  'services',
  'store',
  'client',
];

/** No I/O; a part of the shelf may import what stands behind it on the shelf. */
const shelf = [
  'config.ts',
  'config',
  'limits',
  'tokens',
  'handlers.ts',
  'fragments.ts',
  'included.ts',
  'thread.ts',
  'requireHere.ts',
  'precedence.ts',
  'secrets.ts',
  'recheck.ts',
  'payload.ts',
  'attachments.ts',
  'coordinate.ts',
  'outcome.ts',
  'viewer.ts',
  'errors.ts',
  'scope.ts',
  'quoted.ts',
  'redact.ts',
  'secretNames.ts',
  'log.ts',
  'time.ts',
  'common.ts',
];

/** Each of these packages is known to one room only. */
const confined: Record<string, string> = {
  '@apollo/server': 'server',
  jsonwebtoken: 'tokens/jwt.ts',
  'better-sqlite3': 'store/sqlite',
  pg: 'store/postgres',
  'rate-limiter-flexible': 'store',
  '@node-rs/argon2': 'tokens/argon2.ts',
  '@node-rs/bcrypt': 'tokens/djangoHash.ts',
  pino: 'server/log.ts',
  cookie: 'context',
  dataloader: 'context/loaders.ts',
};

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const importPattern =
  /^(?:import|export)\s[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

const importsOf = (text: string): string[] =>
  [...text.matchAll(importPattern)].map((match) => (match[1] ?? match[2] ?? match[3]) as string);

const roomOf = (file: string): string => file.split('/')[0] as string;

const fileAt = (from: string, path: string): string =>
  relative(root, join(root, dirname(from), path)).replace(/\.js$/, '.ts');

const localImports = files.flatMap(({ file, text }) =>
  importsOf(text)
    .filter((path) => path.startsWith('.'))
    .map((path) => ({ from: file, to: fileAt(file, path) })),
);

describe('the house', () => {
  test('every room of src has its place', () => {
    const rooms = new Set(files.map(({ file }) => roomOf(file)));
    expect([...rooms].filter((room) => ![...floors, ...shelf].includes(room))).toEqual([]);
  });

  test('imports point one way, or to the shelf', () => {
    const wrong = localImports.filter(({ from, to }) => {
      const [a, b] = [roomOf(from), roomOf(to)];
      if (a === b) return false;
      if (shelf.includes(a)) return !shelf.includes(b) || shelf.indexOf(b) < shelf.indexOf(a);
      return !shelf.includes(b) && floors.indexOf(b) < floors.indexOf(a);
    });
    expect(wrong).toEqual([]);
  });

  test('the client imports nothing of the server but the types of the wire', () => {
    const wrong = localImports.filter(
      ({ from, to }) => roomOf(from) === 'client' && roomOf(to) !== 'client' && to !== 'common.ts',
    );
    expect(wrong).toEqual([]);
    const values = files.filter(
      ({ file, text }) =>
        roomOf(file) === 'client' && /^import (?!type )[^;]*common\.js'/m.test(text),
    );
    expect(values.map(({ file }) => file)).toEqual([]);
    expect(
      localImports.filter(
        ({ from, to }) => from !== to && roomOf(to) === 'client' && roomOf(from) !== 'client',
      ),
    ).toEqual([]);
  });

  test('no file imports itself, however many steps it takes', () => {
    const next = new Map<string, string[]>();
    for (const { from, to } of localImports) next.set(from, [...(next.get(from) ?? []), to]);
    const done = new Set<string>();
    const walk = (file: string, path: string[]): string[] | null => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return null;
      for (const to of next.get(file) ?? []) {
        const circle = walk(to, [...path, file]);
        if (circle !== null) return circle;
      }
      done.add(file);
      return null;
    };
    expect(files.map(({ file }) => walk(file, [])).filter(Boolean)).toEqual([]);
  });

  test('a command that does not serve loads no server', () => {
    const loaded = new Set<string>();
    const load = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      const { text } = files.find((other) => other.file === file) as (typeof files)[number];
      for (const [, path] of text.matchAll(
        /^(?:import|export) (?!type )[^;]*?from\s+'(\.[^']+)'/gm,
      ))
        load(fileAt(file, path as string));
    };
    load('cli/main.ts');
    expect([...loaded]).toContain('cli/userCreate.ts');
    const rooms = ['server', 'socket', 'resolvers', 'compiled'];
    expect([...loaded].filter((file) => rooms.includes(roomOf(file)))).toEqual([]);
  });

  test('a package that belongs to one room stays in it', () => {
    const wrong = files.flatMap(({ file, text }) =>
      importsOf(text)
        .map((path) => ({
          file,
          home: confined[
            Object.keys(confined).find((name) => path === name || path.startsWith(`${name}/`)) ?? ''
          ],
        }))
        .filter(({ home }) => home !== undefined && file !== home && !file.startsWith(`${home}/`)),
    );
    // The loaders' type is part of what resolvers see.
    expect(wrong.filter(({ file }) => file !== 'request.ts')).toEqual([]);
  });

  test('only what is named leaves a file: no default exports, no `export *`', () => {
    const wrong = files.filter(({ text }) => /^export (default|\*)/m.test(text));
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  test('no file is longer than 250 lines, and half of them have at most 80', () => {
    const written = files.filter(({ file }) => roomOf(file) !== 'generated');
    const lengths = written.map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }));
    expect(lengths.filter(({ lines }) => lines > 250)).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(80);
  });
});
