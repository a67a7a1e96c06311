import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '../..');
const external = ['@apollo/client/*', '@urql/core', 'graphql-ws', 'react'];

/** What a page gets that imports this. */
async function bundled(code: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: join(root, 'src/client'), loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external,
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const { contents, text } = outputFiles[0] as (typeof outputFiles)[0];
  const inputs = Object.keys(metafile.inputs).map((path) => path.replace(/^.*(?=src\/)/, ''));
  return { text, size: gzipSync(contents, { level: 9 }).length, inputs };
}

describe('the client in a bundle', () => {
  test.each([
    [5, 'createAuthClient'],
    [5.5, 'createAuthClient, cookieStorage'],
  ])('is under %s kB with %s, minified and zipped', async (limit, names) => {
    const { size } = await bundled(`export { ${names} } from './index.js'`);
    expect(size).toBeLessThan(limit * 1000);
  });

  test.each([
    './index.js',
    './adapters/apollo.js',
    './adapters/urql.js',
    './adapters/graphqlWs.js',
    './adapters/react.js',
  ])('%s brings nothing of the server with it, and no package', async (path) => {
    const { inputs } = await bundled(`export * from '${path}'`);
    expect(inputs.filter((input) => !/^src\/client\/|^<stdin>$/.test(input))).toEqual([]);
  });

  test('an adapter is small, and brings no second client', async () => {
    for (const name of ['apollo', 'urql', 'graphqlWs', 'react']) {
      const { size, inputs } = await bundled(`export * from './adapters/${name}.js'`);
      expect(size).toBeLessThan(600);
      expect(inputs.filter((input) => input !== '<stdin>')).toEqual([
        `src/client/adapters/${name}.ts`,
      ]);
    }
  });

  test('what it imports of Apollo Client is a file in version 3 as well, which has no exports', async () => {
    const { text } = await bundled(`export * from './adapters/apollo.js'`);
    expect(text.match(/@apollo[^"']*/g)).toEqual(['@apollo/client/link/http/index.js']);
  });

  test('every door of the client is in the exports, and leads to a file', () => {
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      exports: Record<string, { default: string }>;
    };
    const doors = Object.keys(exports).filter((path) => path.startsWith('./client'));
    expect(doors).toEqual([
      './client',
      './client/apollo',
      './client/urql',
      './client/graphql-ws',
      './client/react',
    ]);
    for (const door of doors) {
      const source = exports[door]!.default.replace('./dist/', 'src/').replace(/js$/, 'ts');
      expect(readFileSync(join(root, source), 'utf8')).toContain('export');
    }
  });
});
