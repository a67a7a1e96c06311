import { connect } from './sqlite/connection.js';
import type { Migrated } from './sqlite/migrate.js';
import { parseStoreUrl } from './url.js';

export type { Migrated };

/**
 * Brings the schema of a store up to date and closes it again. Any number of processes may do so at once.
 * Throws what `openStore` throws.
 */
export async function migrateStore(
  url: string,
  options: { random?: () => number } = {},
): Promise<Migrated> {
  const location = parseStoreUrl(url);
  if (location.engine === 'postgres') {
    const { migratePostgres } = await import('./postgres/migrate.js');
    return migratePostgres(location);
  }
  const { db, migrated } = await connect(location.path, {
    random: options.random ?? Math.random,
  });
  db.close();
  return migrated;
}
