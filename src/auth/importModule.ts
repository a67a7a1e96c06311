import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the module in a file exports; runs its code. `path` is relative to the working directory. */
export async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  const file = resolve(path);
  if (!existsSync(file)) throw Object.assign(new Error(file), { code: 'ENOENT' });
  // Node's own, in a bundle as well: bundlers know no file that a setting names.
  return (await import(/* webpackIgnore: true */ pathToFileURL(file).href)) as Record<
    string,
    unknown
  >;
}
