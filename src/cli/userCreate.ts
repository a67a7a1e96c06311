import type { Refusal } from '../outcome.js';
import { accountsOf, valueOf } from './accounts.js';
import { passwordStdin, takesDatabase, type Call, type Command } from './command.js';
import { exitCodes, usageError } from './exitCodes.js';
import { passwordFromStdin, randomPassword, type Io } from './io.js';
import { withStore } from './withStore.js';

/** `gatehouse user create`. Prints the password only where it made it. */
export const userCreate: Command = {
  name: 'user create',
  summary: 'Create an account.',
  positionals: [],
  flags: [
    { name: 'email', value: 'EMAIL', help: 'Address that the person logs in with.' },
    {
      name: 'role',
      value: 'ROLE',
      repeatable: true,
      help: 'Role that the person gets; may be given several times.',
    },
    passwordStdin,
  ],
  takes: takesDatabase,
  async run(call, io) {
    const email = call.value('email');
    if (email === undefined) {
      throw usageError('--email is missing. Write: gatehouse user create --email ann@example.com');
    }
    const { password, isRandom } = await newPassword(call, io);
    return withStore(call, io, async (store) => {
      const roles = [...new Set(call.values('role'))];
      const outcome = await accountsOf(store, io).users.create(
        { email, password, roles },
        { event: 'user_created' },
      );
      const user = valueOf(outcome, outcome.ok ? '' : fixOf(outcome, email));
      const held = roles.length === 0 ? 'no role' : `the role ${roles.join(', ')}`;
      io.stdout(`Created ${user.email} (id ${user.id}) with ${held}.\n`);
      if (isRandom) io.stdout(`Password: ${password}\nIt is not shown again.\n`);
      return exitCodes.done;
    });
  },
};

/** The password on standard input with `--password-stdin`, else a random one. */
export async function newPassword(
  call: Call,
  io: Io,
): Promise<{ password: string; isRandom: boolean }> {
  if (!call.isSet('password-stdin')) return { password: randomPassword(io), isRandom: true };
  const password = await passwordFromStdin(io);
  if (password === null) {
    throw usageError(
      '--password-stdin found nothing on standard input. Pipe the password into it.',
    );
  }
  // Nobody could type it where they log in.
  if (/[\r\n]/.test(password)) {
    throw usageError(
      '--password-stdin found several lines on standard input. Pipe one into it, the password.',
    );
  }
  return { password, isRandom: false };
}

function fixOf({ code, details }: Refusal, email: string): string {
  if (code === 'EMAIL_TAKEN') {
    return `To give it another password: gatehouse user set-password ${email}`;
  }
  return details?.field === 'roles' ? 'See the roles with: gatehouse role list' : '';
}
