import { refuse, type Refusal } from '../../outcome.js';
import type { KeyRow } from '../../store/store.js';
import type { Algorithm } from '../../tokens/keys.js';
import { isLive, signerAt } from './ring.js';

/**
 * From then on another key signs, where those of the algorithm `signing` do: now, where it does so already. Infinity
 * where none is to come.
 */
export function ceasesToSign(
  row: KeyRow,
  rows: readonly KeyRow[],
  signing: string | null,
  now: number,
): number {
  if (signing !== row.algorithm) return now;
  const others = rows.flatMap((key) =>
    key.purpose === row.purpose && isLive(key, now)
      ? [{ ...key, algorithm: key.algorithm as Algorithm }]
      : [],
  );
  if (signerAt(others, row.algorithm as Algorithm, now)?.kid !== row.kid) return now;
  const coming = others.filter(
    ({ kid, algorithm, signsFrom }) =>
      kid !== row.kid && algorithm === row.algorithm && signsFrom > now,
  );
  return Math.min(...coming.map(({ signsFrom }) => signsFrom), Infinity);
}

export const noSuchKey = (kid: string): Refusal =>
  refuse(
    'NOT_FOUND',
    {},
    `There is no key with the kid ${kid} in the store. See all with: gatehouse keys list`,
  );

/** Why a key cannot go, and what to do first. */
export function needed({ kid, purpose, algorithm }: KeyRow, signing: string | null): Refusal {
  if (signing !== null && signing !== algorithm) {
    const make = `gatehouse keys generate --algorithm ${signing}`;
    const text = `No ${signing} key without an end takes the place of ${kid}. Make one first: ${make}`;
    return refuse('BAD_USER_INPUT', {}, text);
  }
  const text = `${kid} still signs, and no other key takes its place by then. Make one first: gatehouse keys rotate`;
  // Run with other settings than the servers', a key looks needed that signs nowhere any more.
  const elsewhere =
    purpose === 'access'
      ? `. Where servers no longer sign with ${algorithm}, set JWT_ALGORITHM to what they do`
      : '';
  return refuse('BAD_USER_INPUT', {}, text + elsewhere);
}
