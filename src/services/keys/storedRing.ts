import type { Clock } from '../../time.js';
import type { Algorithm, KeyRing, TokenKey } from '../../tokens/keys.js';
import type { KeyBook } from './keyBook.js';
import { isLive, nextChange, ringAt, signerAt, type StoredKey } from './ring.js';

interface Parts {
  readonly book: KeyBook;
  readonly purpose: 'access' | 'refresh';
  readonly algorithm: Algorithm;
  readonly clock: Clock;
}

/** The ring of the store's keys of one purpose, made anew when a key comes, leaves or begins to sign. */
export function storedRing({ book, purpose, algorithm, clock }: Parts): {
  ring(): KeyRing;
  signerAt(at: number): TokenKey;
} {
  let made: { of: readonly StoredKey[]; from: number; until: number; ring: KeyRing } | null = null;

  const mine = (): StoredKey[] => book.keys().filter((key) => key.purpose === purpose);

  function ring(): KeyRing {
    const now = clock.now();
    const of = book.keys();
    // A clock that is set back makes another ring too.
    if (made !== null && made.of === of && now >= made.from && now < made.until) return made.ring;
    const keys = mine();
    const next = ringAt(keys, algorithm, now) ?? missing(purpose, algorithm);
    made = { of, from: now, until: nextChange(keys, now), ring: next };
    return next;
  }

  return {
    ring,
    signerAt(at) {
      const now = clock.now();
      const live = mine().filter((key) => isLive(key, now));
      return (signerAt(live, algorithm, at) ?? missing(purpose, algorithm)).key;
    },
  };
}

function missing(purpose: string, algorithm: Algorithm): never {
  throw new Error(
    `The store has no ${algorithm} key for ${purpose} tokens any more. Make one: gatehouse keys generate --purpose ${purpose} --algorithm ${algorithm}`,
  );
}
