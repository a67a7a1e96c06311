import { queryOf } from './sql.js';
import type { RowReader, Table, Values } from '../tables.js';
import { createClient, type PostgresLocation } from './connect.js';
import { asStoreFailure } from './failure.js';

/** A database that is filled from outside. */
export interface Load extends RowReader {
  /** The rows behind `after` up to and with `upTo` (null: to the last), in the order of the keys. */
  range: (table: Table, after: Values | null, upTo: Values | null) => Promise<Values[]>;
  /** The row with the highest key; null where there is none. */
  last: (table: Table) => Promise<Values | null>;
  /** Makes that range hold these rows and no others, in one transaction. */
  replace: (
    table: Table,
    after: Values | null,
    upTo: Values | null,
    rows: readonly Values[],
  ) => Promise<void>;
  /** Rows that are added from now on are numbered behind those that were copied. */
  finish: () => Promise<void>;
  close: () => Promise<void>;
}

/** Opens a database that is up to date. */
export async function openLoad(location: PostgresLocation): Promise<Load> {
  const client = createClient(location);
  const sql = async <Row = Values>(text: string, values: readonly unknown[] = []) => {
    const { values: storable } = queryOf(text, values);
    const result = await client
      .query<Row[] & unknown[]>({ text, values: storable, rowMode: 'array' })
      .catch((error: unknown) => {
        throw asStoreFailure(error);
      });
    return result.rows as unknown as Row[];
  };
  await client.connect().catch((error: unknown) => {
    throw asStoreFailure(error);
  });

  const readRange = (table: Table, after: Values | null, upTo: Values | null, limit?: number) => {
    const { where, values } = rangeOf(table, after, upTo);
    const [names, key] = [namesOf(table).join(', '), keyOf(table).join(', ')];
    const end = limit === undefined ? '' : `LIMIT ${limit}`;
    return sql(`SELECT ${names} FROM ${table.name} ${where} ORDER BY ${key} ${end}`, values);
  };

  return {
    after: (table, after, limit) => readRange(table, after, null, limit),
    range: (table, after, upTo) => readRange(table, after, upTo),
    async last(table) {
      const key = keyOf(table).map((name) => `${name} DESC`);
      const names = namesOf(table).join(', ');
      return (
        (await sql(`SELECT ${names} FROM ${table.name} ORDER BY ${key.join(', ')} LIMIT 1`))[0] ??
        null
      );
    },
    async count({ name }) {
      const [row] = await sql<[number]>(`SELECT count(*) FROM ${name}`);
      return row?.[0] ?? 0;
    },
    async replace(table, after, upTo, rows) {
      const { where, values } = rangeOf(table, after, upTo);
      await sql('BEGIN');
      try {
        // Rows that others refer to are never deleted anywhere; so only what nothing refers to can be gone.
        if (!['users', 'roles', 'versions'].includes(table.name)) {
          await sql(`DELETE FROM ${table.name} ${where}`, values);
        }
        if (rows.length > 0) await sql(upsertOf(table), columnsOf(table, rows));
        await sql('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    },
    async finish() {
      await sql(
        `SELECT setval(pg_get_serial_sequence('audit', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM audit), false)`,
      );
      await client.query('ANALYZE users, sessions, audit, user_roles, known_addresses');
    },
    close: () => client.end(),
  };
}

const namesOf = ({ columns }: Table): string[] => columns.map(({ name }) => name);
const keyOf = (table: Table): string[] => namesOf(table).slice(0, table.key);

function rangeOf(table: Table, after: Values | null, upTo: Values | null) {
  const key = keyOf(table);
  const values: unknown[] = [];
  const bound = (comparison: string, row: Values): string => {
    const places = row.slice(0, table.key).map((value) => `$${values.push(value)}`);
    return `(${key.join(', ')}) ${comparison} (${places.join(', ')})`;
  };
  const bounds = [
    ...(after === null ? [] : [bound('>', after)]),
    ...(upTo === null ? [] : [bound('<=', upTo)]),
  ];
  return { where: bounds.length === 0 ? '' : `WHERE ${bounds.join(' AND ')}`, values };
}

function upsertOf(table: Table): string {
  const names = namesOf(table);
  const arrays = table.columns.map(({ type }, index) => `$${index + 1}::${type}[]`);
  const others = names.slice(table.key).map((name) => `${name} = excluded.${name}`);
  const update = others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.join(', ')}`;
  return `INSERT INTO ${table.name} (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})
    ON CONFLICT (${keyOf(table).join(', ')}) DO ${update}`;
}

const columnsOf = (table: Table, rows: readonly Values[]): unknown[] =>
  table.columns.map((_, index) => rows.map((row) => row[index] ?? null));
