import { migrateStore as bringUpToDate } from '../store/migrate.js';
import type { Verified } from '../store/transfer.js';
import { describeStore, parseStoreUrl, type StoreLocation } from '../store/url.js';
import type { Call, Command } from './command.js';
import { CommandError, exitCodes, failure, usageError, type ExitCode } from './exitCodes.js';
import type { Io } from './io.js';
import { formatTable } from './table.js';

const EXAMPLE =
  'gatehouse migrate-store --from sqlite:data/gatehouse.db --to postgres://user:password@host/database';

/** `gatehouse migrate-store`. */
export const migrateStore: Command = {
  name: 'migrate-store',
  summary:
    'Copy a SQLite file to a PostgreSQL database, and verify the copy. Run it again to catch up.',
  positionals: [],
  flags: [
    { name: 'from', value: 'FILE', help: 'The SQLite file. Servers may go on using it.' },
    {
      name: 'to',
      value: 'URL',
      help: 'The PostgreSQL database; empty, or filled by this command.',
    },
  ],
  takes: () => false,
  async run(call, io) {
    const from = place(call, 'from', 'sqlite');
    const to = place(call, 'to', 'postgres');
    if (!io.fileExists(from.path)) {
      throw new CommandError(exitCodes.store, `There is no database at ${from.path}.`);
    }
    await bringUpToDate(from.path);
    await bringUpToDate(call.value('to') as string);
    const { transfer } = await import('../store/transfer.js');
    const outcome = await transfer({ from: from.path, to, progress: createProgress(io) });
    if (outcome.kind === 'in-use') {
      throw failure(
        `${describeStore(to)} has accounts or events of its own. Name an empty database, or empty the schema: ` +
          `DROP SCHEMA ${to.schema} CASCADE`,
      );
    }
    if (outcome.kind === 'orphans') {
      const statements = outcome.orphans.map(
        ({ table, column, parent, key }) =>
          `DELETE FROM ${table} WHERE ${column} NOT IN (SELECT ${key} FROM ${parent});`,
      );
      throw failure(
        `${from.path} has rows that belong to nobody: another program has deleted users or roles, and left what names them. ` +
          `Delete that too: sqlite3 ${from.path} "${statements.join(' ')}"`,
      );
    }
    return report(outcome.tables, io);
  },
};

function place<Engine extends StoreLocation['engine']>(
  call: Call,
  flag: 'from' | 'to',
  engine: Engine,
): Extract<StoreLocation, { engine: Engine }> {
  const given = call.value(flag);
  const location = given === undefined ? undefined : locationOf(given);
  if (location?.engine === engine) return location as Extract<StoreLocation, { engine: Engine }>;
  const kind = engine === 'sqlite' ? 'a SQLite file' : 'a PostgreSQL database';
  throw usageError(`--${flag} must be ${kind}. Write: ${EXAMPLE}`);
}

function locationOf(url: string): StoreLocation {
  try {
    return parseStoreUrl(url);
  } catch (error) {
    throw usageError((error as Error).message);
  }
}

/** A line a table, and one for every hundred thousand rows. */
function createProgress(io: Io) {
  let next = 0;
  return (table: string, done: number, total: number): void => {
    if (done < total && done < next) return;
    next = done < total ? done + 100_000 : 0;
    io.stderr(`${table}: ${done} of ${total}\n`);
  };
}

function report(tables: readonly Verified[], io: Io): ExitCode {
  const rows = tables.map(({ table, rows: count, checksum, isSame }) => [
    table,
    String(count),
    checksum.slice(0, 16),
    isSame ? 'same' : 'DIFFERENT',
  ]);
  io.stdout(formatTable(['TABLE', 'ROWS', 'SHA-256', 'ON BOTH SIDES'], rows));
  if (tables.every(({ isSame }) => isSame)) return exitCodes.done;
  io.stderr('The copy is not the same. Run the command again.\n');
  return exitCodes.found;
}
