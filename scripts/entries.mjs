import { readFileSync } from 'node:fs';

const file = new URL('../package.json', import.meta.url);
const manifest = JSON.parse(readFileSync(file, 'utf8'));

/** What is imported or run from outside: paths in `src` and in `dist`, without their endings. */
export const entries = [
  ...Object.values(manifest.exports).map((door) => door.default),
  ...Object.values(manifest.bin),
]
  .filter((path) => path !== undefined)
  .map((path) => path.replace(/^\.\/dist\/(.*)\.js$/, '$1'));

/** The packages that whoever installs ours has beside it. */
export const outside = [
  manifest.dependencies,
  manifest.optionalDependencies,
  manifest.peerDependencies,
].flatMap(Object.keys);
