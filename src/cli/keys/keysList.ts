import { listKeys } from '../../services/keys.js';
import { jsonFlag, type Command } from '../command.js';
import { exitCodes } from '../exitCodes.js';
import { formatTable, isoTime } from '../table.js';
import { withExistingStore } from '../withStore.js';
import { settingsOf, takesKeySettings } from './keyCommand.js';

/** `gatehouse keys list`. */
export const keysList: Command = {
  name: 'keys list',
  summary: 'List the keys that sign and verify tokens; shows nothing secret.',
  positionals: [],
  flags: [jsonFlag],
  takes: takesKeySettings,
  run: (call, io) =>
    withExistingStore(call, io, async (store) => {
      const keys = listKeys(settingsOf(call.config), await store.keys(), io.clock.now());
      const shown = keys.map(({ createdAt, signsFrom, retiredAt, ...key }) => ({
        ...key,
        createdAt: isoTime(createdAt),
        signsFrom: isoTime(signsFrom),
        retiredAt: isoTime(retiredAt),
      }));
      if (call.isSet('json')) io.stdout(`${JSON.stringify(shown, null, 2)}\n`);
      else {
        const head = ['KID', 'PURPOSE', 'ALGORITHM', 'STATE', 'KEPT IN', 'SIGNS FROM', 'RETIRED'];
        const rows = shown.map((key) => [
          key.kid,
          key.purpose,
          key.algorithm,
          key.state,
          key.home,
          key.signsFrom ?? '-',
          key.retiredAt ?? '-',
        ]);
        io.stdout(formatTable(head, rows));
      }
      return exitCodes.done;
    }),
};
