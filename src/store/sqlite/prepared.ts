import type { Database, Statement } from 'better-sqlite3';

/** Prepares each text once, which takes longer than running it: for texts that are put together, of which there are few. */
export function preparedOnce(db: Database): <Row>(sql: string) => Statement<unknown[], Row> {
  const known = new Map<string, Statement>();
  return <Row>(sql: string) => {
    const statement = known.get(sql) ?? db.prepare(sql);
    known.set(sql, statement);
    return statement as Statement<unknown[], Row>;
  };
}
