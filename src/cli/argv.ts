import { parseArgs } from 'node:util';
import { didYouMean, entries, type Entry } from '../config.js';
import type { Command } from './command.js';
import { usageError } from './exitCodes.js';

export interface Parsed {
  positionals: string[];
  /** Flags of the command; those without a value hold ''. */
  flags: Map<string, string[]>;
  /** Settings, as `loadConfig` takes them. */
  settings: Record<string, string>;
  help: boolean;
}

/** Reads what follows the command's name. Throws a usage error that says the fix. */
export function parseCall(command: Command, args: readonly string[]): Parsed {
  const taken = entries.filter((entry) => command.takes(entry));
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
  };
  for (const { flag } of taken) options[flag] = { type: 'string' };
  for (const { name, value } of command.flags) {
    options[name] = { type: value === null ? 'boolean' : 'string' };
  }
  const parsed: Parsed = { positionals: [], flags: new Map(), settings: {}, help: false };
  const { tokens } = parseArgs({
    args: withBareValues(args, taken),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') parsed.positionals.push(token.value);
    if (token.kind === 'option') addOption(parsed, token, { command, taken, options });
  }
  if (!parsed.help) checkPositionals(command, parsed.positionals);
  return parsed;
}

interface Option {
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

interface Known {
  command: Command;
  taken: readonly Entry[];
  options: Record<string, { type: string }>;
}

function addOption(parsed: Parsed, option: Option, { command, taken, options }: Known): void {
  const { name, rawName, value, inlineValue } = option;
  const type = Object.hasOwn(options, name) ? options[name]?.type : undefined;
  if (type === undefined) {
    const meant = rawName.startsWith('--') ? didYouMean(name, Object.keys(options), '--') : '';
    // A key's name of base64url may begin with a dash.
    const value = command.positionals.length > 0 ? ' What begins with a dash goes behind --.' : '';
    throw usageError(
      `Unknown flag ${rawName}.${meant || value} See: gatehouse ${command.name} --help`,
    );
  }
  if (type === 'boolean' && inlineValue) {
    throw usageError(`${rawName} takes no value. Write ${rawName} alone.`);
  }
  // A forgotten value would else swallow the flag behind it.
  if (type === 'string' && (value === undefined || (!inlineValue && /^-./.test(value)))) {
    throw usageError(`${rawName} needs a value. Write ${rawName}=VALUE.`);
  }
  if (name === 'help') parsed.help = true;
  else if (taken.some((entry) => entry.flag === name)) parsed.settings[name] = value as string;
  else addFlag(parsed, command, name, value ?? '');
}

/** Of two values that were both meant the first would be lost without a word. */
function addFlag({ flags }: Parsed, command: Command, name: string, value: string): void {
  const before = flags.get(name) ?? [];
  const flag = command.flags.find((one) => one.name === name);
  if (before.length > 0 && flag?.value && !flag.repeatable) {
    throw usageError(`--${name} was given more than once. Write one --${name}=${flag.value}.`);
  }
  flags.set(name, [...before, value]);
}

/** `--explorer` alone becomes `--explorer=true`. */
function withBareValues(args: readonly string[], taken: readonly Entry[]): string[] {
  const end = args.indexOf('--') === -1 ? args.length : args.indexOf('--');
  return args.map((arg, index) => {
    if (index >= end || !arg.startsWith('--')) return arg;
    const bare = taken.find(({ flag }) => `--${flag}` === arg)?.setting.kind.bare;
    const isAlone = !/^(true|false)$/.test(args[index + 1] ?? '');
    return bare !== undefined && isAlone ? `${arg}=${bare}` : arg;
  });
}

function checkPositionals({ name, positionals }: Command, given: readonly string[]): void {
  const write = `Write: gatehouse ${name} ${positionals.join(' ')}`;
  const needed = positionals.filter((argument) => !argument.startsWith('['));
  const missing = needed[given.length];
  if (missing !== undefined) {
    throw usageError(`${missing} is missing. ${write}`);
  }
  // The variable of a script that is not set; what it stands for would be missing in the sentence of a later refusal.
  const empty = positionals[given.indexOf('')];
  if (empty !== undefined) {
    throw usageError(`${empty.replace(/[[\]]/g, '')} is empty. ${write}`);
  }
  const extra = given[positionals.length];
  if (extra !== undefined) {
    throw usageError(`Unexpected argument "${extra}". See: gatehouse ${name} --help`);
  }
}
