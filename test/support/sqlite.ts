import type BetterSqlite from 'better-sqlite3';
import { loadDriver } from '../../src/store/sqlite/driver.js';

/** For tests that look into a file: with the SQLite that the server has on this Node. */
export const Database = loadDriver();
export type Database = BetterSqlite.Database;
