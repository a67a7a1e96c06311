import { refuse, type Refusal } from '../../outcome.js';
import type { CounterStore } from '../../store/limiter.js';
import type { Store } from '../../store/store.js';
import { DAY, type Clock } from '../../time.js';
import { networkOf } from '../network.js';

/** An attempt on an account, counted before the password is looked at. */
export interface Attempt {
  /** Gives the attempt back: the password was right, or nobody looked at it. */
  forgive(): Promise<void>;
}

export interface Attempts {
  /**
   * Counts an attempt to log in, on known and unknown accounts alike.
   * `userId` is null for an unknown account. All that come without an address count as one address.
   */
  begin(email: string, userId: string | null, address: string | null): Promise<Attempt | Refusal>;
  /** Counts attempts of an address that name no account: sign-ups, documents with too many credential fields. */
  countAddress(address: string | null, points: number): Promise<Refusal | null>;
}

/** An address that has logged in to an account this recently is not a stranger to it. */
export const KNOWN_ADDRESS_FOR = 90 * DAY;

const QUARTER_OF_AN_HOUR = 15 * 60;
const DAY_IN_SECONDS = 24 * 60 * 60;
/** The key of all that come without an address. */
const NOWHERE = 'nowhere';

export function createAttempts(counters: CounterStore, store: Store, clock: Clock): Attempts {
  const perPair = counters.counter({
    name: 'login_account_address',
    points: 10,
    durationSeconds: QUARTER_OF_AN_HOUR,
  });
  const perAddress = counters.counter({
    name: 'login_address',
    points: 100,
    durationSeconds: QUARTER_OF_AN_HOUR,
  });
  // A stranger can use this one up, but the owner's own addresses are not counted in it.
  const byStrangers = counters.counter({
    name: 'login_account_strangers',
    points: 100,
    durationSeconds: DAY_IN_SECONDS,
  });

  async function begin(email: string, userId: string | null, address: string | null) {
    const network = networkOf(address);
    const isKnown =
      userId !== null &&
      network !== null &&
      (await store.knownAddress(userId, network, clock.now() - KNOWN_ADDRESS_FOR));
    const asked = [
      { counter: perAddress, key: network ?? NOWHERE },
      { counter: perPair, key: `${email}\n${network ?? NOWHERE}` },
      ...(isKnown ? [] : [{ counter: byStrangers, key: email }]),
    ];
    for (const { counter, key } of asked) {
      const { allowed, retryAfter } = await counter.consume(key);
      if (!allowed) return refuse('RATE_LIMITED', { retryAfter });
    }
    const forgive = async () => {
      await Promise.all(asked.map(({ counter, key }) => counter.giveBack(key)));
    };
    return { forgive };
  }

  async function countAddress(address: string | null, points: number): Promise<Refusal | null> {
    const { allowed, retryAfter } = await perAddress.consume(networkOf(address) ?? NOWHERE, points);
    return allowed ? null : refuse('RATE_LIMITED', { retryAfter });
  }

  return { begin, countAddress };
}
