import { defaultOf } from './help.js';
import { groups, type Entry, type Group } from './table.js';

const INTRODUCTION = `# Settings

Every setting can be given as a flag of \`gatehouse\`, as an environment variable, or in code to \`createAuth\`. A flag
beats the environment, which beats code. Production is \`NODE_ENV=production\`; anything else is development.

- Durations are \`30s\`, \`5m\`, \`12h\`, \`7d\`, or a number of seconds.
- Booleans are \`true\` or \`false\`; as a flag, \`--explorer\` alone is \`--explorer true\`.
- Lists are comma-separated; in code they are arrays.
- Secrets belong in the environment: the flags of a process can be read by every user of the machine.
- A value of the wrong type, a misspelt \`JWT_…\` or \`GATEHOUSE_…\` variable and settings that contradict each other
  stop the start with exit code 3 and a sentence that says the fix.
`;

/** The page \`docs/settings.md\`, made of the table. */
export function settingsPage(): string {
  return `${INTRODUCTION}\n${groups.map(section).join('\n')}`;
}

function section({ title, entries }: Group): string {
  return `## ${title}\n\n${entries.map(row).join('\n')}`;
}

function row(entry: Entry): string {
  const { setting, env, flag, code } = entry;
  const names = [...env, `--${flag}`, code].map((name) => `\`${name}\``).join(' · ');
  return `### ${code}\n\n${names}\n\n${setting.help} Takes ${setting.kind.expected}. Default: ${defaultOf(entry)}.\n`;
}
