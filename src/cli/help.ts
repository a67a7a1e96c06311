import { entries, settingsHelp, wrap } from '../config.js';
import type { Command, Flag } from './command.js';

const EXIT_CODES =
  'Exit codes: 0 done, 1 failed, 2 usage, 3 settings, 4 store (unreachable, newer schema), ' +
  '5 a check found something.';

const SETTINGS = [
  'Settings of `serve`. Each is a flag or an environment variable; a flag beats a variable.',
  'Durations are 30s, 5m, 7d or a number of seconds; lists are comma-separated.',
  'Production is NODE_ENV=production; anything else is development.',
].join('\n');

/** `gatehouse --help`: every command, then every setting. */
export function programHelp(commands: readonly Command[], version: string): string {
  return [
    `Gatehouse ${version}: the GraphQL server that logs people in.`,
    'Usage: gatehouse [command] [flags]    (gatehouse <command> --help tells more)',
    commandList('Commands', commands),
    [SETTINGS, settingsHelp()].join('\n\n'),
    wrap(EXIT_CODES, 80).join('\n'),
  ].join('\n\n');
}

/** `gatehouse user --help`. */
export const groupHelp = (group: string, commands: readonly Command[]): string =>
  [`Usage: gatehouse ${group} <command> [flags]`, commandList('Commands', commands)].join('\n\n');

function commandList(title: string, commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [`${title}:`, ...lines].join('\n');
}

/** `gatehouse <command> --help`. */
export function commandHelp(command: Command): string {
  const { name, summary, positionals, flags } = command;
  const usage = ['gatehouse', name, ...positionals, '[flags]'].join(' ');
  const parts = [summary, `Usage: ${usage}`];
  if (flags.length > 0) parts.push(['Flags:', ...flags.map(flagHelp)].join('\n'));
  if (entries.some((entry) => command.takes(entry))) {
    parts.push(settingsHelp((entry) => command.takes(entry)));
  }
  return parts.join('\n\n');
}

function flagHelp({ name, value, help, repeatable }: Flag): string {
  const usage = `  --${name}${value === null ? '' : ` ${value}`}${repeatable ? ' …' : ''}`;
  return [usage, ...wrap(help, 72).map((line) => `      ${line}`)].join('\n');
}
