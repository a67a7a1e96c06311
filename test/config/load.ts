import { loadConfig, type Config, type LoadOptions } from '../../src/config.js';

const readFile = (path: string): string => {
  throw Object.assign(new Error(path), { code: 'ENOENT' });
};

const importModule = (): Promise<never> => Promise.reject(new Error('nothing is loaded here'));

/** The settings, or the test fails with the problems. */
export function configOf(options: Partial<LoadOptions>): Config {
  const loaded = loadConfig({ readFile, importModule, ...options });
  if ('problems' in loaded) throw new Error(loaded.problems.join('\n'));
  return loaded.config;
}

/** The problems; none where the settings are right. */
export function problemsOf(options: Partial<LoadOptions>): string[] {
  const loaded = loadConfig({ readFile, importModule, ...options });
  return 'problems' in loaded ? loaded.problems : [];
}

/** The value that a dotted name has in the settings. */
export const at = (config: Config, code: string): unknown =>
  code.split('.').reduce((held: unknown, key) => (held as Record<string, unknown>)[key], config);
