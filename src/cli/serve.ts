import type { Command } from './command.js';
import { ADMIN_EMAIL } from './welcome.js';

/** `gatehouse serve`, which is also `gatehouse` alone. */
export const serve: Command = {
  name: 'serve',
  summary: 'Start the server (the default command).',
  positionals: [],
  flags: [
    {
      name: 'admin-email',
      value: 'EMAIL',
      help: `Email of the administrator that the first start in development creates; its random password is printed once. (Default: ${ADMIN_EMAIL})`,
    },
  ],
  takes: () => true,
  async run(call, io) {
    // The server is most of what there is to load: the other commands start without it.
    const { serving } = await import('./serving.js');
    return serving(call, io);
  },
};
