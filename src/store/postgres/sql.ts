import { createHash } from 'node:crypto';

/** Asks the database. A statement is prepared once a connection, under a name made from its text. */
export interface Sql {
  <Row = unknown>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Query {
  name?: string;
  text: string;
  values: unknown[];
}

const names = new Map<string, string>();

/** A search is planned anew each time: which index is best depends on what is searched. */
const isSearch = (text: string): boolean => text.includes(' LIKE ');

export function queryOf(text: string, values: readonly unknown[]): Query {
  const query = { text, values: values.map(storable) };
  if (values.length === 0 || isSearch(text)) return query;
  const name =
    names.get(text) ?? createHash('sha256').update(text).digest('base64url').slice(0, 20);
  names.set(text, name);
  return { name, ...query };
}

/** PostgreSQL's text holds every character but U+0000, which strangers may well send. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD');
  return Array.isArray(value) ? value.map(storable) : value;
}

/**
 * The time of a step, in milliseconds: parameter 1 where a clock was set by hand, else the server's, read when this
 * expression is. `now()` would be the start of the transaction, before the wait for a lock.
 */
export const NOW = `coalesce($1::bigint, floor(extract(epoch from clock_timestamp()) * 1000)::bigint)`;

/** The first row, which the statement always has. */
export const only = <Row>(rows: readonly Row[]): Row => rows[0] as Row;
