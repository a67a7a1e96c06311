import { createGrantsReader } from '../services/grants.js';
import { createRoles } from '../services/roles.js';
import { ADMIN_ROLE, type RoleRow, type RoleTable } from '../store/store.js';
import { valueOf } from './accounts.js';
import { jsonFlag, takesDatabase, type Command } from './command.js';
import { exitCodes, usageError } from './exitCodes.js';
import { formatTable } from './table.js';
import { withExistingStore, withStore } from './withStore.js';

/** `gatehouse role list`. */
export const roleList: Command = {
  name: 'role list',
  summary: 'List the roles with their scopes.',
  positionals: [],
  flags: [jsonFlag],
  takes: takesDatabase,
  run: (call, io) =>
    withExistingStore(call, io, async (store) => {
      const roles = carried(await store.roleTable());
      if (call.isSet('json')) io.stdout(`${JSON.stringify(roles, null, 2)}\n`);
      else {
        const rows = roles.map(({ name, scopes, description }) => [
          name,
          scopes.join(',') || '-',
          description ?? '-',
        ]);
        io.stdout(formatTable(['NAME', 'SCOPES', 'DESCRIPTION'], rows));
      }
      return exitCodes.done;
    }),
};

/** What each role carries, as the API says it. The scopes that only a schema of an embedder names are not known here. */
const carried = (table: RoleTable): RoleRow[] =>
  table.roles.map((role) =>
    role.name === ADMIN_ROLE
      ? { ...role, scopes: createGrantsReader(() => []).scopesOf([ADMIN_ROLE], table) }
      : role,
  );

/** `gatehouse role set`. Creates the role or replaces its scopes. */
export const roleSet: Command = {
  name: 'role set',
  summary: 'Create a role, or replace its scopes.',
  positionals: ['NAME'],
  flags: [
    {
      name: 'scopes',
      value: 'A,B',
      help: 'All scopes of the role, comma-separated; empty for none.',
    },
    { name: 'description', value: 'TEXT', help: 'What the role is for. Left out, it stays.' },
  ],
  takes: takesDatabase,
  async run(call, io) {
    const [name = ''] = call.positionals;
    const list = call.value('scopes');
    if (list === undefined) {
      throw usageError(
        `--scopes is missing. Write: gatehouse role set ${name} --scopes users:read`,
      );
    }
    const scopes = list.split(',').map((scope) => scope.trim());
    return withStore(call, io, async (store) => {
      const role = valueOf(
        await createRoles(store).upsert(
          { viewer: null },
          { name, scopes: scopes.filter(Boolean), description: call.value('description') },
        ),
      );
      io.stdout(`The role ${role.name} has the scopes: ${role.scopes.join(', ') || 'none'}.\n`);
      return exitCodes.done;
    });
  },
};
