/** The tables as every engine has them, for copying whole installations. */
export interface Table {
  readonly name: string;
  /** The first of them are the primary key. */
  readonly columns: readonly Column[];
  /** How many columns the key has. */
  readonly key: number;
}

export interface Column {
  readonly name: string;
  readonly type: 'text' | 'bigint' | 'bytea';
}

const columns = (type: Column['type'], ...names: string[]): Column[] =>
  names.map((name) => ({ name, type }));
const text = (...names: string[]) => columns('text', ...names);
const bigint = (...names: string[]) => columns('bigint', ...names);

/** In the order in which rows may refer to each other. Counters of attempts are not worth a copy. */
export const tables: readonly Table[] = [
  {
    name: 'users',
    key: 1,
    columns: [
      ...text('id', 'email', 'password_hash'),
      ...bigint('created_at', 'last_login_at', 'disabled_at', 'tokens_revoked_at', 'change_number'),
      ...text('username'),
    ],
  },
  { name: 'roles', key: 1, columns: text('name', 'description', 'scopes') },
  { name: 'versions', key: 1, columns: bigint('one', 'role_table', 'role_edits') },
  { name: 'user_roles', key: 2, columns: text('user_id', 'role') },
  {
    name: 'keys',
    key: 1,
    columns: [
      ...text('kid', 'purpose', 'algorithm'),
      ...columns('bytea', 'secret'),
      ...text('public_key'),
      ...bigint('created_at', 'signs_from', 'retired_at'),
    ],
  },
  {
    name: 'sessions',
    key: 1,
    columns: [
      ...text('id', 'user_id'),
      ...bigint('created_at', 'generation', 'parent', 'used_generation', 'rotated_at'),
      ...text('rotated_address', 'rotated_user_agent'),
      ...bigint('last_used_at', 'expires_at', 'revoked_at'),
      ...text('revoked_cause', 'ip_address', 'user_agent'),
    ],
  },
  {
    name: 'known_addresses',
    key: 2,
    columns: [...text('user_id', 'address'), ...bigint('last_seen_at')],
  },
  {
    name: 'audit',
    key: 1,
    columns: [
      ...bigint('id', 'at'),
      ...text('event', 'actor_id', 'user_id', 'session_id', 'ip_address', 'user_agent', 'details'),
    ],
  },
];

/** A row as its values, in the order of the columns. */
export type Values = readonly (string | number | Uint8Array | null)[];

/** The same text for the same row, whichever engine it came from. U+0000 is the one character that not all can hold. */
export const fingerprint = (row: Values): string =>
  JSON.stringify(
    row.map((value) => {
      if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD');
      return value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value;
    }),
  );

/** The rows of a table by key, read one after the other. */
export interface RowReader {
  /** At most `limit` rows after the key `after` (null: from the first), in the order of the keys. */
  after(table: Table, after: Values | null, limit: number): Promise<Values[]>;
  count(table: Table): Promise<number>;
}
