import { searchOf } from '../services/userList.js';
import type { Store, UserCursor, UserRow } from '../store/store.js';
import { jsonFlag, takesDatabase, type Command } from './command.js';
import { exitCodes } from './exitCodes.js';
import { formatTable, isoTime } from './table.js';
import { withExistingStore } from './withStore.js';

/** `gatehouse user list`. */
export const userList: Command = {
  name: 'user list',
  summary: 'List the accounts, oldest first.',
  positionals: [],
  flags: [
    { name: 'search', value: 'TEXT', help: 'Only accounts whose email contains this.' },
    jsonFlag,
  ],
  takes: takesDatabase,
  run: (call, io) =>
    withExistingStore(call, io, async (store) => {
      const users = await allUsers(store, searchOf(call.value('search')));
      const roles = await store.rolesByUserIds(users.map(({ id }) => id));
      const shown = users.map((user, index) => ({
        id: user.id,
        email: user.email,
        roles: roles[index] ?? [],
        createdAt: isoTime(user.createdAt),
        lastLoginAt: isoTime(user.lastLoginAt),
        disabledAt: isoTime(user.disabledAt),
      }));
      if (call.isSet('json')) io.stdout(`${JSON.stringify(shown, null, 2)}\n`);
      else {
        const head = ['ID', 'EMAIL', 'ROLES', 'CREATED', 'LAST LOGIN', 'DISABLED'];
        const rows = shown.map(({ id, email, roles: held, ...times }) => [
          id,
          email,
          held.join(',') || '-',
          ...[times.createdAt, times.lastLoginAt, times.disabledAt].map((time) => time ?? '-'),
        ]);
        io.stdout(formatTable(head, rows));
      }
      return exitCodes.done;
    }),
};

const PAGE = 500;

async function allUsers(store: Store, search: string | null): Promise<UserRow[]> {
  const all: UserRow[] = [];
  for (let after: UserCursor | null = null; ;) {
    const query = { first: PAGE, last: null, after, before: null, search };
    const { users, hasNextPage } = await store.usersPage(query);
    all.push(...users);
    const last = users.at(-1);
    if (!hasNextPage || last === undefined) return all;
    after = { createdAt: last.createdAt, id: last.id };
  }
}
