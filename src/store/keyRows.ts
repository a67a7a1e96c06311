import type { KeyRow } from './rows.js';

/** A key of the settings is there by its name, any other by its purpose. */
const nameOf = ({ purpose, kid }: KeyRow): string => (purpose === 'given' ? kid : purpose);

/** Of the keys that must be there, those that are not. */
export function absentKeys(present: readonly KeyRow[], wanted: readonly KeyRow[]): KeyRow[] {
  const names = new Set([...present.map(nameOf), ...present.map(({ kid }) => kid)]);
  return wanted.filter((key) => !names.has(nameOf(key)));
}

/** Whether somebody has brought a secret since these were seen. That one was erased changes nothing. */
export function haveChanged(present: readonly KeyRow[], seen: readonly KeyRow[]): boolean {
  const secrets = new Map(seen.map(({ kid, secret }) => [kid, secret]));
  return present.some(({ kid, secret }) => {
    const before = secrets.get(kid);
    return secret.length > 0 && (before === undefined || Buffer.compare(before, secret) !== 0);
  });
}
