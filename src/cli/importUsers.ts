import { readDjangoDump, type ReadDump } from '../services/imports/djangoDump.js';
import type { DumpOptions } from '../services/imports/djangoUser.js';
import { importUsers as importInto } from '../services/imports/importUsers.js';
import type { Store } from '../store/store.js';
import { jsonFlag, takesDatabase, type Call, type Command } from './command.js';
import { exitCodes, failure, usageError } from './exitCodes.js';
import { importJson, importText, leftEnabled, withoutTheirs } from './importReport.js';
import { utf8ContentOf } from './io.js';
import { withExistingStore, withStore } from './withStore.js';

/** `gatehouse import-users`. Exit code 5 where somebody could not be brought over whole. */
export const importUsers: Command = {
  name: 'import-users',
  summary: 'Make accounts of the users of another system; they keep their id and their password.',
  positionals: ['FILE'],
  flags: [
    {
      name: 'from',
      value: 'django',
      help: 'Where the file comes from: django is what `manage.py dumpdata auth.user auth.group` writes. - is standard input.',
    },
    { name: 'model', value: 'APP.MODEL', help: 'The user model. (Default: auth.user)' },
    { name: 'email-field', value: 'NAME', help: 'Its field with the email. (Default: email)' },
    {
      name: 'username-field',
      value: 'NAME',
      help: 'Its USERNAME_FIELD, by which tokens of django-graphql-jwt name their user: email where people log in by that. (Default: username, or the email in a model without it)',
    },
    {
      name: 'email-domain',
      value: 'DOMAIN',
      help: 'Users without an email get USERNAME@DOMAIN. Without it they are not imported.',
    },
    {
      name: 'role-for',
      value: 'WHOM=ROLE',
      repeatable: true,
      help: 'Role for superuser, staff or group:NAME; may be given several times. (Default: nobody gets a role)',
    },
    { name: 'dry-run', value: null, help: 'Say what would be done, and do nothing.' },
    jsonFlag,
  ],
  takes: takesDatabase,
  async run(call, io) {
    checkSource(call.value('from'));
    const roleFor = roleMap(call.values('role-for'));
    const name = call.positionals[0] as string;
    const dump = readDjangoDump(
      await utf8ContentOf(name, io, 'Name the file that dumpdata has written.'),
      optionsOf(call),
    );
    if (typeof dump === 'string') throw failure(`${name} cannot be imported. ${dump}`);
    requireGroups(roleFor, dump);
    const dryRun = call.isSet('dry-run');
    return (dryRun ? withExistingStore : withStore)(call, io, async (store) => {
      await requireRoles(roleFor, store);
      const { clock } = io;
      const { problems, ...outcome } = await importInto(store, dump.users, {
        clock,
        roleFor,
        dryRun,
      });
      const report = { ...outcome, problems: [...dump.problems, ...problems], dryRun };
      io.stdout(call.isSet('json') ? importJson(report) : importText(report));
      const isWhole =
        report.problems.length === 0 &&
        withoutTheirs(report.existing).length === 0 &&
        leftEnabled(report.existing).length === 0 &&
        report.imported.every(({ user }) => user.password !== 'unsupported');
      return isWhole ? exitCodes.done : exitCodes.found;
    });
  },
};

function checkSource(from: string | undefined): void {
  if (from === 'django') return;
  const came = from === undefined ? '--from is missing' : `--from ${from} is unknown`;
  throw usageError(`${came}. Write: gatehouse import-users --from django dump.json`);
}

const optionsOf = (call: Call): DumpOptions => ({
  model: call.value('model') ?? 'auth.user',
  emailField: call.value('email-field') ?? 'email',
  usernameField: call.value('username-field') ?? null,
  emailDomain: call.value('email-domain') ?? null,
});

type RoleMap = ReadonlyMap<string, readonly string[]>;

/** Nothing by default: what a superuser may do in Django's admin says little of what `admin` may do in this API. */
function roleMap(given: readonly string[]): RoleMap {
  const map = new Map<string, readonly string[]>();
  for (const one of given) {
    const [, whom, role] = /^(superuser|staff|group:.+)=([^=]+)$/.exec(one) ?? [];
    if (whom === undefined || role === undefined) {
      throw usageError(
        `--role-for takes superuser=ROLE, staff=ROLE or group:NAME=ROLE; it is "${one}". Write: --role-for superuser=admin`,
      );
    }
    map.set(whom, [...(map.get(whom) ?? []), role]);
  }
  return map;
}

function requireGroups(roleFor: RoleMap, { groups, users }: ReadDump): void {
  const traits = new Set([
    ...groups.map((name) => `group:${name}`),
    ...users.flatMap((user) => user.traits),
  ]);
  const missing = [...roleFor.keys()].find(
    (whom) => whom.startsWith('group:') && !traits.has(whom),
  );
  if (missing === undefined) return;
  const known = [...traits].filter((trait) => trait.startsWith('group:')).join(', ');
  throw failure(
    `The dump has no ${missing}. ` +
      (known === ''
        ? 'Write the groups into it: python manage.py dumpdata auth.user auth.group'
        : `It has ${known}.`),
  );
}

async function requireRoles(roleFor: RoleMap, store: Store): Promise<void> {
  const { roles } = await store.roleTable();
  const unknown = [...roleFor.values()]
    .flat()
    .find((role) => roles.every(({ name }) => name !== role));
  if (unknown === undefined) return;
  throw failure(
    `There is no role ${unknown}. Make it first: gatehouse role set ${unknown} --scopes SCOPES`,
  );
}
