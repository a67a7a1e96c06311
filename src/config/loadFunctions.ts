import { namedInText, readReference, type NamedInText } from './functionKind.js';
import { SettingsError } from './settingsError.js';
import { didYouMean } from './suggest.js';
import type { Config } from './table.js';

/**
 * Loads the functions that were named in text. To be awaited before any is called; runs the code of their modules.
 * Throws a `SettingsError` that lists each which could not be had, with its fix.
 */
export async function loadFunctions({ jwt }: Config): Promise<void> {
  const wanted = Object.values(jwt).flatMap((value) => namedInText(value) ?? []);
  const problems = await Promise.all(wanted.map(load));
  const found = problems.filter((problem) => problem !== null);
  if (found.length > 0) throw new SettingsError(found);
}

/** Null when it is there; else a sentence. */
async function load(about: NamedInText): Promise<string | null> {
  const found = await find(about);
  if (typeof found === 'string') return found;
  about.loaded = found;
  return null;
}

/**
 * The function that `text` names, as in `./engine.mjs#openStore`; runs the code of its module. A sentence that says
 * the fix where it cannot be had, or null where `text` is no such name.
 *
 * @param setting what the sentence calls the place where it was named
 */
export async function loadFunction(
  text: string,
  setting: string,
  importModule: NamedInText['importModule'],
): Promise<((...args: never[]) => unknown) | string | null> {
  const reference = readReference(text);
  return reference === null ? null : find({ ...reference, setting, importModule });
}

async function find(
  about: Omit<NamedInText, 'loaded'>,
): Promise<((...args: never[]) => unknown) | string> {
  const { setting, path, exported, importModule } = about;
  const names = `${setting} names ${path}#${exported}`;
  let all: Readonly<Record<string, unknown>>;
  try {
    all = await importModule(path);
  } catch (error) {
    return `${names}, and ${whyNotLoaded(path, error)}`;
  }
  const value = Object.hasOwn(all, exported) ? all[exported] : undefined;
  if (typeof value === 'function') return value as (...args: never[]) => unknown;
  if (value !== undefined) {
    return `${names}, and that is no function but ${kindOf(value)}. Export a function of that name.`;
  }
  const exports = Object.keys(all);
  const there = exports.length === 0 ? 'exports nothing' : `exports ${exports.join(', ')}`;
  return `${names}, and the module ${there}.${didYouMean(exported, exports)} Export a function named ${exported}, or name another.`;
}

function whyNotLoaded(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  // A module that exists may import one that does not: its own message says which.
  if (code === 'ENOENT') {
    return `there is no such file: ${message}. The path is relative to the working directory; write ./${path.replace(/^.*\//, '')} for one in it.`;
  }
  return `that module could not be loaded: ${error instanceof Error ? message : String(error)}. Mend it; node ${path} shows where it fails.`;
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : `of the type ${typeof value}`;
