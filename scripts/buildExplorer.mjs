// Bundles the explorer's page, GraphiQL and its workers into dist/explorer, with a manifest of what is there.
// `node scripts/buildExplorer.mjs [folder]`
import { build } from 'esbuild';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = process.argv[2] ?? join(root, 'dist/explorer');
const source = join(import.meta.dirname, 'explorer');

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  outdir: folder,
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: '[name]-[hash]',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.ttf': 'file', '.woff2': 'file', '.svg': 'dataurl' },
  legalComments: 'linked',
  logLevel: 'warning',
  metafile: true,
  target: 'es2022',
};

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });

const page = await build({
  ...common,
  format: 'esm',
  splitting: true,
  entryPoints: {
    page: join(source, 'page.js'),
    pageStyle: join(source, 'page.css'),
    graphiql: join(source, 'graphiql.js'),
  },
});
const workers = await build({
  ...common,
  format: 'iife',
  entryPoints: {
    editorWorker: 'monaco-editor/esm/vs/editor/editor.worker.js',
    jsonWorker: 'monaco-editor/esm/vs/language/json/json.worker.js',
    graphqlWorker: 'monaco-graphql/esm/graphql.worker.js',
  },
});

const outputs = [
  ...Object.keys(page.metafile.outputs),
  ...Object.keys(workers.metafile.outputs),
].map((path) => basename(path));

/** The one file that an entry point became. */
function made(name, extension) {
  const found = outputs.find((file) => file.startsWith(`${name}-`) && file.endsWith(extension));
  if (found === undefined) throw new Error(`esbuild made no ${extension} of ${name}`);
  return found;
}

const manifest = {
  script: made('page', '.js'),
  style: made('pageStyle', '.css'),
  graphiql: { script: made('graphiql', '.js'), style: made('graphiql', '.css') },
  workers: {
    editor: made('editorWorker', '.js'),
    json: made('jsonWorker', '.js'),
    graphql: made('graphqlWorker', '.js'),
  },
  files: (await readdir(folder)).sort(),
};
await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

const sizes = await Promise.all(
  manifest.files.map(async (file) => (await readFile(join(folder, file))).length),
);
const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1024 ** 2;
console.log(`${folder}: ${sizes.length} files, ${megabytes.toFixed(1)} MB`);
