import { accountsOf, userName, userNamed, valueOf } from './accounts.js';
import { passwordStdin, takesDatabase, type Command, type Flag } from './command.js';
import { exitCodes, failure } from './exitCodes.js';
import { newPassword } from './userCreate.js';
import { withExistingStore } from './withStore.js';

const byEmail: Flag = {
  name: 'email',
  value: 'EMAIL',
  help: 'The account, in place of the argument.',
};

const whom = { positionals: ['[USER]'], takes: takesDatabase };

/** `gatehouse user disable`. The last enabled administrator stays. */
export const userDisable: Command = {
  ...whom,
  name: 'user disable',
  summary: 'Disable an account (email or id) and end all its sessions.',
  flags: [byEmail],
  async run(call, io) {
    const name = userName(userDisable, call);
    return withExistingStore(call, io, async (store) => {
      const user = await userNamed(name, store);
      valueOf(await accountsOf(store, io).administration.disableUser({ viewer: null }, user.id));
      io.stdout(`Disabled ${user.email}. Its sessions have ended.\n`);
      return exitCodes.done;
    });
  },
};

/** `gatehouse user enable`. */
export const userEnable: Command = {
  ...whom,
  name: 'user enable',
  summary: 'Enable an account (email or id) again. Ended sessions stay ended.',
  flags: [byEmail],
  async run(call, io) {
    const name = userName(userEnable, call);
    return withExistingStore(call, io, async (store) => {
      const user = await userNamed(name, store);
      valueOf(await accountsOf(store, io).administration.enableUser({ viewer: null }, user.id));
      io.stdout(`Enabled ${user.email}.\n`);
      return exitCodes.done;
    });
  },
};

/** `gatehouse user set-password`. Ends every session of the user. */
export const userSetPassword: Command = {
  ...whom,
  name: 'user set-password',
  summary: 'Give an account (email or id) a new password and end all its sessions.',
  flags: [byEmail, passwordStdin],
  async run(call, io) {
    const name = userName(userSetPassword, call);
    const { password, isRandom } = await newPassword(call, io);
    return withExistingStore(call, io, async (store) => {
      const user = await userNamed(name, store);
      const { users, hasher } = accountsOf(store, io);
      valueOf(await users.passwordRefusal(password, user.email, 'password'));
      const hashed = await hasher.hash(password);
      if (hashed.kind === 'busy') throw failure('The machine is too busy. Try again.');
      const changed = await store.changePassword(
        { userId: user.id, expectedHash: null, newHash: hashed.hash, session: null },
        { event: 'password_changed', actorId: null, userId: user.id },
      );
      if (changed.kind !== 'changed') throw failure(refusals[changed.kind]);
      io.stdout(`Changed the password of ${user.email}. Its sessions have ended.\n`);
      if (isRandom) io.stdout(`Password: ${password}\nIt is not shown again.\n`);
      return exitCodes.done;
    });
  },
};

const refusals = {
  disabled: 'This account is disabled. Enable it first: gatehouse user enable USER',
  conflict: 'The account was changed meanwhile. Try again.',
  'not-found': 'The account is gone.',
};
