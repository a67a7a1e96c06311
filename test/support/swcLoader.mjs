// `node --import test/support/swcLoader.mjs file.ts` runs TypeScript from source, on any Node that has
// module.register. The same file is the registration (main thread) and the hooks (loader thread).
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
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

const options = {
  configFile: false,
  swcrc: false,
  sourceMaps: 'inline',
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  module: { type: 'es6' },
};

/** What was translated, by what it was translated from: hundreds of processes of one run of the tests load the same. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/gatehouse-swc/', import.meta.url));

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const text = readFileSync(filename, 'utf8');
  const hash = createHash('sha256').update(JSON.stringify([options, filename, text]));
  const kept = join(cache, `${hash.digest('hex')}.mjs`);
  let source = readOf(kept);
  if (source === null) {
    const { transform } = await import('@swc/core');
    source = (await transform(text, { filename, ...options })).code;
    keep(kept, source);
  }
  return { format: 'module', source, shortCircuit: true };
}

function readOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** In one step: others may read it this very moment. */
function keep(file, text) {
  const own = `${file}.${process.pid}`;
  mkdirSync(cache, { recursive: true });
  writeFileSync(own, text);
  renameSync(own, file);
}
