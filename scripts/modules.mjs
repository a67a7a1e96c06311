// Translates each module of src by itself into .modules: benchmarks measure parts of the server, and profiles name them,
// which a bundle does not show. `node scripts/modules.mjs`
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { translation } from './bundle.mjs';

const outdir = join(translation.absWorkingDir, '.modules');

await rm(outdir, { recursive: true, force: true });
await build({ ...translation, entryPoints: ['src/**/*.ts'], outbase: 'src', outdir });
