import { defaultOf } from './help.js';
import { groups, type Entry, type Group } from './table.js';

const INTRODUCTION = `# Settings

Every setting can be given as a flag of \`gatehouse\`, as an environment variable, or in code to \`createAuth\`. A flag
beats the environment, which beats code. Production is \`NODE_ENV=production\`; anything else is development.

- Durations are \`30s\`, \`5m\`, \`12h\`, \`7d\`, or a number of seconds.
- Booleans are \`true\` or \`false\`; as a flag, \`--explorer\` alone is \`--explorer true\`.
- Lists are comma-separated; in code they are arrays.
- A function is named in text as \`./module.mjs#export\`: the path of a module, from the working directory, and the
  name of an export. In code it is the function itself. [How to write one](handlers.md).
- Secrets belong in the environment: every user of the machine can read the flags of a process.
- A value of the wrong type, a misspelt \`JWT_…\` or \`GATEHOUSE_…\` variable and settings that contradict each other
  stop the start with exit code 3 and a message that says the fix.
`;

/** Where the test of a setting is, from the top of the repository. */
export type TestOf = (entry: Entry) => string;

/** The page `docs/settings.md`, made of the table. */
export function settingsPage(testOf: TestOf): string {
  return `${INTRODUCTION}\n${groups.map((group) => section(group, testOf)).join('\n')}`;
}

function section({ title, entries }: Group, testOf: TestOf): string {
  return `## ${title}\n\n${entries.map((entry) => row(entry, testOf(entry))).join('\n')}`;
}

function row(entry: Entry, test: string): string {
  const { setting, env, flag, code } = entry;
  const names = [...env, `--${flag}`, code].map((name) => `\`${name}\``).join(' · ');
  return `### ${code}\n\n${names}\n\n${setting.help} Takes ${setting.kind.expected}. Default: ${defaultOf(entry)}.\n\nProved by [${test}](../${test}).\n`;
}
