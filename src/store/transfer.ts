import { createHash } from 'node:crypto';
import type { PostgresLocation } from './postgres/connect.js';
import { openLoad, type Load } from './postgres/load.js';
import { openDump, type Orphans } from './sqlite/dump.js';
import { fingerprint, tables, type RowReader, type Table, type Values } from './tables.js';

export interface TransferOptions {
  /** The path of a SQLite file that is up to date. */
  from: string;
  /** A database that is up to date. */
  to: PostgresLocation;
  /** Called after each batch. */
  progress: (table: string, done: number, total: number) => void;
}

/** One table when all is done: the same on both sides, or not. */
export interface Verified {
  table: string;
  rows: number;
  /** SHA-256 of all rows, hexadecimal. */
  checksum: string;
  isSame: boolean;
}

export type TransferOutcome =
  | { kind: 'done'; tables: Verified[] }
  /** Something was written to the target that the source does not know. */
  | { kind: 'in-use' }
  /** Rows of the source name what is gone, which no other database takes. Nothing was written. */
  | { kind: 'orphans'; orphans: Orphans[] };

const BATCH = 5000;

/**
 * Makes a PostgreSQL database the same as a SQLite file as it is now; servers on the file may go on. What is there
 * already is compared and not written again: after an interruption, or when the file has changed, call it again.
 * Keys are copied with all that they sealed, so that every token stays good. Throws what `openStore` throws.
 */
export async function transfer({ from, to, progress }: TransferOptions): Promise<TransferOutcome> {
  const source = openDump(from);
  try {
    const orphans = source.orphans();
    if (orphans.length > 0) return { kind: 'orphans', orphans };
    const target = await openLoad(to);
    try {
      if (await isInUse(source, target)) return { kind: 'in-use' };
      for (const table of tables) await copyTable(source, target, table, progress);
      await target.finish();
      const verified: Verified[] = [];
      for (const table of tables) verified.push(await verify(source, target, table));
      return { kind: 'done', tables: verified };
    } finally {
      await target.close();
    }
  } finally {
    source.close();
  }
}

const tableOf = (name: string): Table => tables.find((table) => table.name === name) as Table;

/** Every write leaves an audit row: the last of the target must be one of the source; and a node that served made keys. */
async function isInUse(source: RowReader, target: Load): Promise<boolean> {
  const last = await target.last(tableOf('audit'));
  if (last !== null) {
    const [same] = await source.after(tableOf('audit'), [(last[0] as number) - 1], 1);
    if (same === undefined || fingerprint(same) !== fingerprint(last)) return true;
  }
  // A copy that was interrupted early has no audit rows yet.
  return (await hasOthers(source, target, 'keys')) || hasOthers(source, target, 'users');
}

/** Whether there is a key among the target's first rows that the source does not know. */
async function hasOthers(source: RowReader, target: Load, name: string): Promise<boolean> {
  const table = tableOf(name);
  const there = await target.after(table, null, 100);
  const end = there.at(-1)?.[0];
  if (end === undefined || end === null) return false;
  const here = new Set<unknown>();
  for (let after: Values | null = null; !here.has(end);) {
    const rows: Values[] = await source.after(table, after, BATCH);
    for (const [key] of rows) here.add(key);
    after = rows.at(-1) ?? null;
    if (rows.length < BATCH) break;
  }
  return there.some(([key]) => !here.has(key));
}

async function copyTable(
  source: RowReader,
  target: Load,
  table: Table,
  progress: TransferOptions['progress'],
): Promise<void> {
  const total = await source.count(table);
  let after: Values | null = null;
  for (let done = 0; ;) {
    const rows: Values[] = await source.after(table, after, BATCH);
    const isLast = rows.length < BATCH;
    const upTo = isLast ? null : (rows.at(-1) as Values);
    const present = await target.range(table, after, upTo);
    if (textOf(present) !== textOf(rows)) await target.replace(table, after, upTo, rows);
    done += rows.length;
    progress(table.name, done, total);
    if (isLast) return;
    after = upTo;
  }
}

const textOf = (rows: readonly Values[]): string => rows.map(fingerprint).join('\n');

async function verify(source: RowReader, target: Load, table: Table): Promise<Verified> {
  const [here, there] = [await sumOf(source, table), await sumOf(target, table)];
  return {
    table: table.name,
    rows: there.rows,
    checksum: there.checksum,
    isSame: here.rows === there.rows && here.checksum === there.checksum,
  };
}

async function sumOf(reader: RowReader, table: Table): Promise<{ rows: number; checksum: string }> {
  const hash = createHash('sha256');
  let after: Values | null = null;
  for (let count = 0; ;) {
    const rows: Values[] = await reader.after(table, after, BATCH);
    for (const row of rows) hash.update(`${fingerprint(row)}\n`);
    count += rows.length;
    if (rows.length < BATCH) return { rows: count, checksum: hash.digest('hex') };
    after = rows.at(-1) as Values;
  }
}
