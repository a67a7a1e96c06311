import { listKeys, type KeyInfo, type ListedKey } from '../../services/keys.js';
import type { Store } from '../../store/store.js';
import type { Algorithm } from '../../tokens/keys.js';
import { valueOf } from '../accounts.js';
import type { Call, Command } from '../command.js';
import { exitCodes, usageError } from '../exitCodes.js';
import type { Io } from '../io.js';
import { withExistingStore } from '../withStore.js';
import {
  administrationOf,
  algorithmFlag,
  algorithmOf,
  announce,
  atTheConsole,
  purposeFlag,
  purposeOf,
  settingsOf,
  takesKeySettings,
} from './keyCommand.js';

/** `gatehouse keys rotate`. Needs no restart: every running server sees the new key within a second. */
export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'Make a key that takes the place of the present one. Logs nobody out.',
  positionals: [],
  flags: [
    purposeFlag,
    {
      ...algorithmFlag,
      help: 'Whose keys are replaced, where there are several. (Default: the one set)',
    },
    {
      name: 'now',
      value: null,
      help: 'For a key that was stolen: the new one signs at once, the old ones verify nothing any more. Access tokens are then renewed; with --purpose refresh everybody logs in again.',
    },
  ],
  takes: takesKeySettings,
  run: (call, io) =>
    withExistingStore(call, io, async (store) => {
      const [purpose, atOnce] = [purposeOf(call), call.isSet('now')];
      const keys = administrationOf(store, call, io);
      // Keys of the settings are refused before anything is asked of the store's.
      const algorithm =
        keys.home[purpose] === 'store' ? await replaced(store, call, io) : undefined;
      const made = valueOf(
        await keys.rotate(atTheConsole, { purpose, atOnce, ...(algorithm && { algorithm }) }),
      );
      announce(io, call, made);
      io.stdout(
        atOnce
          ? 'The keys before it verify nothing any more.\n'
          : 'The keys before it verify until their last token has expired.\n',
      );
      if (atOnce) await tellOfOthers(store, call, io, made);
      return exitCodes.done;
    }),
};

/** Whoever has read the database has read these too, and servers that are set to their algorithm go on with them. */
async function tellOfOthers(store: Store, call: Call, io: Io, made: KeyInfo): Promise<void> {
  const others = (await liveKeys(store, call, io)).filter(
    ({ algorithm }) => algorithm !== made.algorithm,
  );
  for (const algorithm of new Set(others.map((key) => key.algorithm))) {
    const kids = others.filter((key) => key.algorithm === algorithm).map(({ kid }) => kid);
    io.stdout(
      `Of another algorithm, and as it was: ${algorithm} ${kids.join(', ')}. If it was stolen too: gatehouse keys rotate --algorithm ${algorithm} --now\n`,
    );
  }
}

/** Those of the store that are of this purpose. */
async function liveKeys(store: Store, call: Call, io: Io): Promise<ListedKey[]> {
  const purpose = purposeOf(call);
  return listKeys(settingsOf(call.config), await store.keys(), io.clock.now()).filter(
    (key) => key.purpose === purpose && key.home === 'store' && key.state !== 'retired',
  );
}

/** The algorithm of the keys to be replaced: to retire others than those that sign would stop the servers. */
async function replaced(store: Store, call: Call, io: Io): Promise<Algorithm> {
  const purpose = purposeOf(call);
  const live = await liveKeys(store, call, io);
  const present = [...new Set(live.map(({ algorithm }) => algorithm as Algorithm))];
  const asked = algorithmOf(call);
  const set = purpose === 'access' ? call.config.jwt.algorithm : 'HS256';
  const chosen = asked ?? (present.length === 1 ? present[0] : set);
  if (chosen !== undefined && present.includes(chosen)) return chosen;
  const names = present.length === 0 ? 'none at all' : `keys for ${present.join(', ')}`;
  const wanted = chosen ?? set;
  throw usageError(
    `There is no ${purpose} key for ${wanted} to be replaced: the database has ${names}. ` +
      `Name one by --algorithm, or make a first key: gatehouse keys generate ${first(purpose, wanted)}`,
  );
}

const first = (purpose: string, algorithm: string): string =>
  purpose === 'refresh' ? '--purpose refresh' : `--algorithm ${algorithm}`;
