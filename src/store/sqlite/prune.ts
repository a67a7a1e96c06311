import type { Prune } from '../verbs.js';
import type { Engine } from './engine.js';

/** What is old enough to go, each kind by an index; of keys there are few. */
const queries = {
  sessions: `DELETE FROM sessions WHERE id IN (
    SELECT id FROM sessions WHERE expires_at < ? ORDER BY expires_at LIMIT ?)`,
  refreshes: `DELETE FROM audit WHERE id IN (
    SELECT id FROM audit WHERE event = 'refresh' AND at < ? ORDER BY at LIMIT ?)`,
  audit: `DELETE FROM audit WHERE id IN (
    SELECT id FROM audit WHERE event <> 'refresh' AND at < ? ORDER BY at LIMIT ?)`,
  addresses: `DELETE FROM known_addresses WHERE (user_id, address) IN (
    SELECT user_id, address FROM known_addresses WHERE last_seen_at < ? ORDER BY last_seen_at LIMIT ?)`,
  secrets: `UPDATE keys SET secret = x'' WHERE kid IN (
    SELECT kid FROM keys WHERE retired_at < ? AND length(secret) > 0 LIMIT ?)`,
  keys: 'DELETE FROM keys WHERE kid IN (SELECT kid FROM keys WHERE retired_at < ? LIMIT ?)',
} as const;

/** Deletes at most `limit` rows of each kind, so that no single batch holds the others up. */
export function createPrune({ db }: Engine) {
  const sessions = db.prepare<[number, number]>(queries.sessions);
  const refreshes = db.prepare<[number, number]>(queries.refreshes);
  const audit = db.prepare<[number, number]>(queries.audit);
  const addresses = db.prepare<[number, number]>(queries.addresses);
  const secrets = db.prepare<[number, number]>(queries.secrets);
  const keys = db.prepare<[number, number]>(queries.keys);

  return ({ limit, ...before }: Prune): number =>
    sessions.run(before.sessionsBefore, limit).changes +
    refreshes.run(before.refreshAuditBefore, limit).changes +
    audit.run(before.auditBefore, limit).changes +
    addresses.run(before.addressesBefore, limit).changes +
    secrets.run(before.keySecretsBefore, limit).changes +
    keys.run(before.keysBefore, limit).changes;
}
