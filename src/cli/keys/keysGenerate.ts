import { valueOf } from '../accounts.js';
import type { Command } from '../command.js';
import { exitCodes } from '../exitCodes.js';
import { withStore } from '../withStore.js';
import {
  administrationOf,
  algorithmFlag,
  algorithmOf,
  announce,
  atTheConsole,
  purposeFlag,
  purposeOf,
  takesKeySettings,
} from './keyCommand.js';

/** `gatehouse keys generate`. Makes the store where there is none. */
export const keysGenerate: Command = {
  name: 'keys generate',
  summary: 'Make a further key, which the database keeps; the others go on.',
  positionals: [],
  flags: [purposeFlag, algorithmFlag],
  takes: takesKeySettings,
  async run(call, io) {
    const purpose = purposeOf(call);
    const fallback = purpose === 'access' ? call.config.jwt.algorithm : 'HS256';
    const algorithm = algorithmOf(call) ?? fallback;
    return withStore(call, io, async (store) => {
      const keys = administrationOf(store, call, io);
      announce(io, call, valueOf(await keys.generate(atTheConsole, { purpose, algorithm })));
      return exitCodes.done;
    });
  },
};
