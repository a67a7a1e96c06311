import { openStore } from '../store/open.js';
import type { Store } from '../store/store.js';
import { parseStoreUrl } from '../store/url.js';
import type { Call } from './command.js';
import { CommandError, exitCodes, type ExitCode } from './exitCodes.js';
import { commandLog, type Io } from './io.js';

/** Opens the store for one piece of work, and creates it on a first start. Closes it in the end. */
export async function withStore(
  { config }: Call,
  io: Io,
  work: (store: Store) => Promise<ExitCode>,
): Promise<ExitCode> {
  const store = await openStore(config.database, { clock: io.clock, log: commandLog(io) });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** As `withStore`, for commands that make no sense without data: they create no store. */
export async function withExistingStore(
  call: Call,
  io: Io,
  work: (store: Store) => Promise<ExitCode>,
): Promise<ExitCode> {
  const location = parseStoreUrl(call.config.database);
  if (location.engine === 'sqlite' && !io.fileExists(location.path)) {
    throw new CommandError(
      exitCodes.store,
      `There is no database at ${location.path}. Name the right one with --database or GATEHOUSE_DATABASE, ` +
        'or create it with: gatehouse migrate',
    );
  }
  return withStore(call, io, work);
}
