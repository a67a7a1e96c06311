// `node --import test/support/swcLoader.mjs file.ts` runs TypeScript from source, on any Node that has
// module.register. The same file is the registration (main thread) and the hooks (loader thread).
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register(import.meta.url);

/** The package by its name, as its `exports` have it. */
const doors = {
  'graphql-gatehouse': '../../src/index.ts',
  'graphql-gatehouse/testing': '../../src/testing/index.ts',
  'graphql-gatehouse/client': '../../src/client/index.ts',
  'graphql-gatehouse/client/apollo': '../../src/client/adapters/apollo.ts',
  'graphql-gatehouse/client/urql': '../../src/client/adapters/urql.ts',
  'graphql-gatehouse/client/graphql-ws': '../../src/client/adapters/graphqlWs.ts',
  'graphql-gatehouse/client/react': '../../src/client/adapters/react.ts',
};

export async function resolve(specifier, context, next) {
  if (Object.hasOwn(doors, specifier)) {
    const { href: url } = new URL(doors[specifier], import.meta.url);
    return { url, format: 'module', shortCircuit: true };
  }
  if (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(source)) return { url: source.href, format: 'module', shortCircuit: true };
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const { transform } = await import('@swc/core');
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), {
    filename,
    configFile: false,
    swcrc: false,
    sourceMaps: 'inline',
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
