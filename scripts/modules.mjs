// Translates each module of src by itself into .modules: benchmarks measure parts of the server, and profiles name them,
// which a bundle does not show. `node scripts/modules.mjs`
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const outdir = join(root, '.modules');

await rm(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['src/**/*.ts'],
  outbase: 'src',
  outdir,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  logLevel: 'warning',
});
