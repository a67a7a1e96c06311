import { valueOf } from '../accounts.js';
import type { Command } from '../command.js';
import { exitCodes } from '../exitCodes.js';
import { isoTime } from '../table.js';
import { withExistingStore } from '../withStore.js';
import { administrationOf, atTheConsole, takesKeySettings } from './keyCommand.js';

/** `gatehouse keys retire`. */
export const keysRetire: Command = {
  name: 'keys retire',
  summary:
    'End a key that has a successor or signs no more, once the last token it signed has expired.',
  positionals: ['KID'],
  flags: [{ name: 'now', value: null, help: 'It verifies nothing any more, from now on.' }],
  takes: takesKeySettings,
  run: (call, io) =>
    withExistingStore(call, io, async (store) => {
      const [kid = ''] = call.positionals;
      const keys = administrationOf(store, call, io);
      const atOnce = call.isSet('now');
      // A shell that does not have the server's settings must not end what its servers sign with.
      const inUse = call.isGiven('jwt.algorithm') ? call.config.jwt.algorithm : null;
      const { retiredAt } = valueOf(await keys.retire(atTheConsole, { kid, atOnce, inUse }));
      io.stdout(`The key ${kid} verifies nothing from ${isoTime(retiredAt)} on.\n`);
      return exitCodes.done;
    }),
};
