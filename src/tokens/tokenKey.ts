import type { KeyObject } from 'node:crypto';
import type { Algorithm } from './algorithms.js';

/** One key with its one algorithm. Made only by the imports of this folder, so it has passed their checks. */
export interface TokenKey {
  /** Goes into the header of each token; unique within a ring. */
  readonly kid: string;
  readonly algorithm: Algorithm;
  /** Null for a key that only verifies. */
  readonly signWith: KeyObject | null;
  readonly verifyWith: KeyObject;
}

/** Random bytes of a given number; `randomBytes` of `node:crypto` unless a test says otherwise. */
export type RandomBytes = (size: number) => Uint8Array;

/** The refusal of a key. None of its parts may show key material. */
export const keyRefusal = (expected: string, came: string, fix: string): TypeError =>
  new TypeError(`Expected ${expected}, but ${came}. ${fix}`);
