import { didYouMean, entries, loadConfig, type Flags } from '../config.js';
import { parseCall, type Parsed } from './argv.js';
import type { Call, Command } from './command.js';
import { commands } from './commands.js';
import { endingOf, wrongSettings } from './ending.js';
import { exitCodes, usageError, type ExitCode } from './exitCodes.js';
import { commandHelp, groupHelp, programHelp } from './help.js';
import type { Io } from './io.js';

const DEFAULT_COMMAND = 'serve';

/** Runs one command line (without `node` and the script). Answers the exit code; never throws, never exits. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(args, io);
  } catch (thrown) {
    const { exitCode, message } = endingOf(thrown);
    io.stderr(`gatehouse: ${message}\n`);
    return exitCode;
  }
}

async function dispatch(args: readonly string[], io: Io): Promise<ExitCode> {
  const [first = '', second = ''] = args;
  if (first === 'help') return dispatch([...args.slice(1), '--help'], io);
  if (first === '--version' || first === '-v') return print(io, io.version);
  if (first === '--help' || first === '-h') return print(io, programHelp(commands, io.version));
  if (first === '' || first.startsWith('-')) return call(find(DEFAULT_COMMAND), args, io);

  const single = commands.find(({ name }) => name === first);
  if (single !== undefined) return call(single, args.slice(1), io);
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length === 0) {
    const known = commands.map(({ name }) => name.split(' ')[0] as string);
    throw usageError(
      `There is no command "${first}".${didYouMean(first, known)} Commands: ${[...new Set(known)].join(', ')}.`,
    );
  }
  if (second === '--help' || second === '-h') return print(io, groupHelp(first, group));
  const command = group.find(({ name }) => name === `${first} ${second}`);
  if (command !== undefined) return call(command, args.slice(2), io);
  const known = group.map(({ name }) => name);
  const asked = second === '' ? '' : didYouMean(`${first} ${second}`, known, 'gatehouse ');
  throw usageError(
    `${second === '' ? `${first} needs a command.` : `There is no command "${first} ${second}".`}${asked} Commands: ${known.join(', ')}.`,
  );
}

const find = (name: string): Command =>
  commands.find((command) => command.name === name) as Command;

async function call(command: Command, args: readonly string[], io: Io): Promise<ExitCode> {
  const parsed = parseCall(command, args);
  if (parsed.help) return print(io, commandHelp(command));
  return command.run(callOf(parsed, io), io);
}

function callOf({ positionals, flags, settings }: Parsed, io: Io): Call {
  return {
    positionals,
    value: (name) => flags.get(name)?.at(-1),
    values: (name) => flags.get(name) ?? [],
    isSet: (name) => flags.has(name),
    config: configOf(settings, io),
    isGiven: (code) =>
      entries.some(
        (entry) =>
          entry.code === code &&
          (settings[entry.flag] !== undefined || entry.env.some((name) => io.env[name])),
      ),
  };
}

function configOf(flags: Flags, io: Io) {
  const loaded = loadConfig({
    env: io.env,
    flags,
    readFile: (path) => io.readFile(path),
    fileExists: (path) => io.fileExists(path),
    importModule: (path) => io.importModule(path),
  });
  if ('config' in loaded) return loaded.config;
  throw wrongSettings(loaded.problems);
}

function print(io: Io, text: string): ExitCode {
  io.stdout(`${text}\n`);
  return exitCodes.done;
}
