import DataLoader from 'dataloader';
import Database from 'better-sqlite3';
import { database } from './environment.mjs';

const db = new Database(database);
db.pragma('journal_mode = WAL');

const one = db.prepare('SELECT id, email FROM users WHERE id = ?');
const rolesOfOne = db
  .prepare('SELECT role FROM user_roles WHERE user_id = ? ORDER BY role')
  .pluck();
const page = db.prepare('SELECT id, email FROM users ORDER BY created_at, id LIMIT ?');
const rolesOfMany = db.prepare(
  'SELECT user_id AS id, role FROM user_roles WHERE user_id IN (SELECT value FROM json_each(?)) ORDER BY user_id, role',
);

export const userById = (id) => one.get(id) ?? null;
export const rolesByUserId = (id) => rolesOfOne.all(id);
export const firstUsers = (count) => page.all(count);

/** One statement however many ids, in their order. */
export function rolesByUserIds(ids) {
  const roles = new Map(ids.map((id) => [id, []]));
  for (const { id, role } of rolesOfMany.all(JSON.stringify(ids))) roles.get(id).push(role);
  return ids.map((id) => roles.get(id));
}

/** New for each request. */
export const createRolesLoader = () => new DataLoader(async (ids) => rolesByUserIds(ids));
