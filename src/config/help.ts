import { groups, type Entry } from './table.js';

/** What a setting is where nobody sets it, in words. */
export function defaultOf({ setting }: Entry): string {
  const { kind, unset } = setting;
  const [here, there] = [setting.default, setting.productionDefault];
  const print = (value: unknown) =>
    value === undefined || (Array.isArray(value) && value.length === 0)
      ? unset
      : kind.format(value as never);
  return print(here) === print(there)
    ? print(here)
    : `${print(here)}; in production ${print(there)}`;
}

/** The settings part of `--help`: flag, variable, meaning and default of each that `includes` lets in. */
export function settingsHelp(includes: (entry: Entry) => boolean = () => true): string {
  return groups
    .map(({ title, entries }) => ({ title, shown: entries.filter(includes) }))
    .filter(({ shown }) => shown.length > 0)
    .map(({ title, shown }) => `${title}:\n${shown.map(helpOf).join('\n')}`)
    .join('\n\n');
}

function helpOf(entry: Entry): string {
  const { setting, flag, env } = entry;
  const variables = env.join(', ');
  const body = wrap(`${setting.help} (Default: ${defaultOf(entry)})`, 72);
  return `  --${flag} ${setting.kind.placeholder}   ${variables}\n${body.map((line) => `      ${line}`).join('\n')}`;
}

/** Lines of at most `width` characters, broken between words. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
