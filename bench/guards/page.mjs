import { readFileSync } from 'node:fs';

const router = 'https://www.apollographql.com/docs/graphos/routing/security';
const repository = 'https://github.com/apollographql/router/blob';
const snapshot =
  'apollo-router/src/plugins/authorization/snapshots/apollo_router__plugins__authorization__authenticated__tests__';
/** Its tests as they were read: what a document becomes before it is planned. */
const commits = {
  union: '259f0da1ea050b040b18a85a5146362cb12bc7e6',
  query_field_alias: '6d58ae9bf783309a6007885df4c83f982a98b422',
  'interface_typename-2': '61710ed790c009add47da2ead3776e8c9d784982',
};

/** `#anchor` of the page about authorization, `jwt`, or the name of one of its own tests. */
function linkOf(place) {
  if (place.startsWith('#')) return `${router}/authorization${place}`;
  if (place === 'jwt') return `${router}/jwt`;
  return `${repository}/${commits[place]}/${snapshot}${place}.snap`;
}

const routerCell = (cell) => (cell === null ? '–' : `[${cell[0]}](${linkOf(cell[1])})`);

const testsOf = ({ tests }) =>
  tests.map((path) => `[${path.split('/').pop().replace('.test.ts', '')}](${path})`).join(', ');

/** Code inside a table cannot hold a bare pipe. */
const cellText = (text) => text.replaceAll('|', '\\|');

const { dependencies } = JSON.parse(
  readFileSync(new URL('./package.json', import.meta.url), 'utf8'),
);

const versioned = (name) => `${name} ${dependencies[name]}`;

/** Where the section begins; it goes to the end of its page. */
export const HEADING = '## What do guards elsewhere do?';

/** The section as Markdown. */
export function sectionOf(libraries, rows) {
  const [, ...peers] = libraries;
  const head = [
    'Rule',
    'Gatehouse',
    'Apollo Router (documentation)',
    ...peers.map(({ name }) => versioned(name)),
  ];
  const lines = rows.map(({ rule, cells: [own, ...others] }) =>
    [
      rule.rule,
      `${own.text} (${testsOf(rule)})`,
      routerCell(rule.router),
      ...others.map(({ text }) => text),
    ].map(cellText),
  );
  const table = [head, head.map(() => '---'), ...lines].map((row) => `| ${row.join(' | ')} |`);
  return [...intro(new Date().toISOString().slice(0, 10)), ...table, ...outro].join('\n') + '\n';
}

const intro = (date) => [
  HEADING,
  '',
  'Each rule as an attack: the same schema and the same documents, run with the library at the top of the column, once by',
  'somebody who may and once by somebody who may not. A cell says what came of the second; in our own column the links',
  'lead to the tests that hold us to it.',
  '',
  `Measured on ${date} with GraphQL ${dependencies.graphql}, ${versioned('mercurius')}, ${versioned('@envelop/core')} and`,
  `${versioned('graphql-middleware')}. To measure again, which rewrites this section:`,
  '',
  '```text',
  'npm install',
  'cd bench/guards',
  'npm install',
  'npm run write',
  '```',
  '',
  '`npm start` prints it, and ends with exit code 1 if Gatehouse itself no longer keeps a rule.',
  '',
];

const outro = [
  '',
  '### How to read it',
  '',
  '- **leaks**: the answer held what the directive or rule guards. **takes effect**: the resolver of the mutation ran.',
  '- _not covered_: the documentation of the library does not say that it does this. No promise is broken.',
  '- _documented_: Apollo Router was not run. The link leads to where its documentation says so, or one of the tests in',
  '  its repository; read as they stand in apollographql/router at 01c5533 (authorization) and 0039cfa (JWT). –: not known.',
  '- @envelop/generic-auth judges a field by the type on which the selection stands: of an interface, by the directives of',
  '  the interface. The filter of mercurius-auth looks for `__schema` and `__type` among the fields that the operation',
  '  itself selects at its top, and stops looking at the first definition that is no query.',
  '- Every library is set up as its documentation advises: `protect-granular` for @envelop/generic-auth, which refuses an',
  '  operation whole by default (what its other setting changes is said where it changes anything); a tree of rules for',
  '  graphql-shield, with a contextual cache where a rule looks at the context alone; one registration for each directive',
  '  for mercurius-auth. In all three a token that has expired is nobody, because they know no other kind; a server that',
  '  refuses such a token before GraphQL begins needs no rule for it.',
  '- Subscriptions of mercurius-auth are run by graphql-js on the schema that it guards, not over a socket of Mercurius.',
];
