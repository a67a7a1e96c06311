import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entries } from '../../scripts/entries.mjs';

export const root = join(import.meta.dirname, '../..');
/** The sources, the tests and the examples as JavaScript, and as a package of its own: see writeMirror.mjs. */
export const mirror = join(root, 'node_modules/.cache/gatehouse-mirror');
export const folders = ['src', 'test', 'examples'];

/** The package, bundled as it is published: what is run or imported from outside loads in half of the time. */
export const built = join(mirror, 'built');
const doors = new Map(
  entries.map((entry) => [join(root, 'src', `${entry}.ts`), join(built, `${entry}.js`)]),
);

/** The file to run in place of a file of ours; any other as it is. */
export function mirrored(file) {
  const path = file instanceof URL ? fileURLToPath(file) : file;
  const isOurs = folders.some((folder) => path.startsWith(`${join(root, folder)}/`));
  return isOurs ? (doors.get(path) ?? copyOf(path)) : path;
}

export const copyOf = (path) => join(mirror, relative(root, path).replace(/\.ts$/, '.js'));
