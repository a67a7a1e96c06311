import type { Refusal } from '../outcome.js';
import { accountsOf, userName, userNamed, valueOf } from './accounts.js';
import { passwordStdin, takesDatabase, type Command, type Flag } from './command.js';
import { exitCodes } from './exitCodes.js';
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
      const changed = await accountsOf(store, io).setPassword({
        userId: user.id,
        newPassword: password,
      });
      valueOf(changed, changed.ok ? '' : fixOf(changed));
      io.stdout(`Changed the password of ${user.email}. Its sessions have ended.\n`);
      if (isRandom) io.stdout(`Password: ${password}\nIt is not shown again.\n`);
      return exitCodes.done;
    });
  },
};

const fixOf = ({ code }: Refusal): string =>
  code === 'ACCOUNT_DISABLED' ? 'Enable it first: gatehouse user enable USER' : '';
