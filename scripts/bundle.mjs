// Bundles what the package exports, and its command, from src: to load hundreds of small files takes a third of a start.
// Its dependencies stay outside, so that `npm audit` and `overrides` of those who install it see them. What is imported
// but a dependency for development is put in, and its license beside it. `node scripts/bundle.mjs [folder]`
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { entries, outside } from './entries.mjs';

const root = join(import.meta.dirname, '..');

/** How src becomes JavaScript, bundled or not. */
export const translation = {
  absWorkingDir: root,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  logLevel: 'warning',
};

/** @returns the files, as `{ path, contents }` */
export async function bundle(folder) {
  const { outputFiles, metafile } = await build({
    ...translation,
    entryPoints: entries.map((entry) => ({ in: `src/${entry}.ts`, out: entry })),
    outdir: folder,
    // As deep as the command is: what stands beside `dist` is found from both.
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    external: outside.flatMap((name) => [name, `${name}/*`]),
    sourcemap: true,
    metafile: true,
    write: false,
  });
  const contents = Buffer.from(licensesOf(Object.keys(metafile.inputs)));
  return [...outputFiles, { path: join(folder, 'licenses.txt'), contents }];
}

function licensesOf(inputs) {
  const names = inputs.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  const packages = [...new Set(names)].filter((name) => name !== undefined).sort();
  const read = (name, file) => readFileSync(join(root, 'node_modules', name, file), 'utf8').trim();
  return packages
    .map((name) => {
      const { version } = JSON.parse(read(name, 'package.json'));
      return `${name} ${version}\n\n${read(name, 'LICENSE')}\n`;
    })
    .join('\n');
}

if (import.meta.filename === process.argv[1]) {
  const folder = process.argv[2] ?? join(root, 'dist');
  await rm(folder, { recursive: true, force: true });
  for (const { path, contents } of await bundle(folder)) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
}
