import type { Environment, Flags } from './sources.js';
import { didYouMean } from './suggest.js';
import { entries, type SettingsInput } from './table.js';

const HELP = 'All settings: gatehouse --help.';

/** Variables of ours that no setting reads. */
export function unknownVariables(env: Environment): string[] {
  const known = new Set(entries.flatMap((entry) => entry.env));
  return Object.keys(env)
    .filter((name) => /^(JWT|GATEHOUSE)_/.test(name) && env[name] !== undefined && !known.has(name))
    .map(
      (name) =>
        `The environment variable ${name} is no setting.${didYouMean(name, known)} Rename or unset it. ${HELP}`,
    );
}

export function unknownFlags(flags: Flags): string[] {
  const known = new Set(entries.map((entry) => entry.flag));
  return Object.keys(flags)
    .filter((name) => flags[name] !== undefined && !known.has(name))
    .map((name) => `The flag --${name} is no setting.${didYouMean(name, known, '--')} ${HELP}`);
}

/** Names of options that no setting has; `others` are options of the caller's own. */
export function unknownOptions(code: SettingsInput, others: readonly string[]): string[] {
  const jwt = entries.filter((entry) => entry.inJwt).map((entry) => entry.key);
  const plain = entries.filter((entry) => !entry.inJwt).map((entry) => entry.key);
  if (!isRecord(code))
    return ["The options must be an object. Write { jwt: { expirationDelta: '5m' } }."];
  if (code.jwt !== undefined && !isRecord(code.jwt)) {
    return ["jwt must be an object of settings. Write jwt: { expirationDelta: '5m' }."];
  }
  return [
    ...strangers(code, [...plain, 'jwt', ...others], ''),
    ...strangers(code.jwt ?? {}, jwt, 'jwt.'),
  ];
}

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const strangers = (given: object, known: readonly string[], prefix: string): string[] =>
  Object.keys(given)
    .filter((name) => !known.includes(name))
    .map(
      (name) =>
        `The option ${prefix}${name} does not exist.${didYouMean(name, known, prefix)} Options: ${known.join(', ')}.`,
    );
