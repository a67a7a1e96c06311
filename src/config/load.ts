import { conflicts } from './conflicts.js';
import { legacyConflicts } from './legacyConflicts.js';
import { Wrong, type Tools } from './kinds.js';
import { findGiven, written, type Given, type Sources } from './sources.js';
import { entries, type Config, type Entry } from './table.js';
import { tokenConflicts } from './tokenConflicts.js';
import { unknownFlags, unknownOptions, unknownVariables } from './unknownNames.js';

export interface LoadOptions extends Partial<Sources>, Tools {
  /** Names of options in `code` that are no settings. */
  otherOptions?: readonly string[];
  /** NODE_ENV of the process, where `env` need not be its environment: production is production for whoever passes none. */
  nodeEnv?: string | undefined;
}

export type Loaded = { config: Config } | { problems: string[] };

/**
 * Reads all settings: a flag beats the environment, which beats code, which beats the default. Production is
 * `NODE_ENV=production`. Each problem is a sentence with the setting's name, what was expected, what came
 * (never a secret), and the fix. Reads key files through `readFile` only; prints nothing, creates nothing.
 */
export function loadConfig(options: LoadOptions): Loaded {
  const { env = {}, flags = {}, code, otherOptions = [] } = options;
  const sources: Sources = { env, flags, code };
  const production = [env['NODE_ENV'], options.nodeEnv].includes('production');
  const problems = [
    ...unknownVariables(env),
    ...unknownFlags(flags),
    ...(code === undefined ? [] : unknownOptions(code, otherOptions)),
  ];

  const names = new Map<string, string>();
  const [jwt, plain]: Record<string, unknown>[] = [{}, {}] as const;
  for (const entry of entries) {
    const given = findGiven(entry, sources);
    const { setting } = entry;
    let value = production ? setting.productionDefault : setting.default;
    if (given !== null) {
      const read = readValue(entry, given, options);
      if (read instanceof Wrong) problems.push(sentence(entry, given, read));
      else value = read;
    }
    names.set(entry.code, given?.name ?? (code === undefined ? entry.env[0] : entry.code));
    (entry.inJwt ? jwt : plain)[entry.key] = value;
  }
  const config = Object.freeze({ production, ...plain, jwt: Object.freeze(jwt) }) as Config;
  if (problems.length === 0) {
    const nameOf = (name: string) => names.get(name) as string;
    problems.push(...conflicts(config, nameOf), ...legacyConflicts(config, nameOf));
    problems.push(...tokenConflicts(config.jwt, nameOf, production));
  }
  return problems.length === 0 ? { config } : { problems };
}

/**
 * The settings of a program that passes them in code. Throws a TypeError that lists every problem.
 * `caller` is the name of the function that was called with them.
 */
export function configFromCode(caller: string, options: LoadOptions): Config {
  const loaded = loadConfig({ ...options, code: options.code ?? {} });
  if ('config' in loaded) return loaded.config;
  const { problems } = loaded;
  throw new TypeError(`${caller}: ${problems.length === 1 ? '' : '\n- '}${problems.join('\n- ')}`);
}

function readValue({ setting }: Entry, { value, from, name }: Given, tools: Tools): unknown {
  if (from === 'code') return setting.kind.fromCode(value, tools);
  return setting.kind.fromText(value as string, { ...tools, setting: name });
}

function sentence(
  entry: Entry,
  { name, value, from }: Given,
  { because, fix, meant }: Wrong,
): string {
  const { kind } = entry.setting;
  const came = value === '' ? 'it is empty' : kind.secret ? 'it is not' : `it is ${show(value)}`;
  const wrong = because === null ? `must be ${kind.expected}; ${came}` : because;
  const unset = from === 'code' ? 'leave it out' : from === 'env' ? 'unset it' : 'leave it away';
  return `${name} ${wrong}. ${fix ?? `Write ${written(entry, from, meant)}, or ${unset}`}.`;
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : describe(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value) ?? 'an object';
  } catch {
    // A circle, or a number that JSON does not know.
    return 'an object';
  }
}
