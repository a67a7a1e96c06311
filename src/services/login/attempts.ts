import { refuse, type Outcome, type Refusal } from '../../outcome.js';
import type { Allowance, Counter, CounterStore } from '../../store/limiter.js';
import type { Store } from '../../store/store.js';
import { DAY, SECOND, type Clock } from '../../time.js';
import { normalizeEmail } from '../email.js';
import { networkOf } from '../network.js';
import { createGivingBack, type Counted } from './givingBack.js';

/** An attempt on an account, counted before the password is looked at. */
export interface Attempt {
  /** Gives the attempt back: the password was right, or nobody looked at it. */
  readonly forgive: () => Promise<void>;
  /**
   * What looks at the password. Gives the attempt back where that fails, which says nothing about the password; what is
   * thrown on purpose (a `GraphQLError`) may, and counts.
   */
  look<T>(looking: Promise<T>): Promise<T>;
}

export interface Attempting {
  /** In whatever spelling: each counts as the same account. */
  email: string;
  /** Null for an unknown account. */
  userId: string | null;
  /** All that come without one count as one address. */
  address: string | null;
  /** The session of a viewer who is logged in to the account. Default null: a login. */
  sessionId?: string | null;
}

export interface Attempts {
  /** Counts an attempt to log in, on known and unknown accounts alike, and acts where it may be made. */
  during<T>(who: Attempting, act: (attempt: Attempt) => Promise<Outcome<T>>): Promise<Outcome<T>>;
  /** Counts attempts of an address that name no account: sign-ups, documents with too many credential fields. */
  countAddress(address: string | null, points: number): Promise<Refusal | null>;
}

/** An address that has logged in to an account this recently is not a stranger to it. */
export const KNOWN_ADDRESS_FOR = 90 * DAY;

const QUARTER_OF_AN_HOUR = 15 * 60;
const DAY_IN_SECONDS = 24 * 60 * 60;
/** Seconds until those that are under way are known to be right or wrong. */
const SOON = 1;
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

  const underWay = createTally();
  const givingBack = createGivingBack(clock, QUARTER_OF_AN_HOUR * SECOND);

  async function during<T>(
    { email: spelled, userId, address, sessionId = null }: Attempting,
    act: (attempt: Attempt) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    const email = normalizeEmail(spelled);
    const network = networkOf(address);
    // Asked for unknown accounts too, whose id is nobody's: a round trip less would tell them from the others.
    const hasLoggedIn =
      network !== null &&
      (await store.knownAddress(userId ?? '', network, clock.now() - KNOWN_ADDRESS_FOR));
    const isKnown = hasLoggedIn && userId !== null;
    const pair = { counter: perPair, key: `${email}\n${network ?? NOWHERE}` };
    // Whoever holds a session counts alone: strangers, who have none, use up nothing of what its owner has left.
    const stranger = sessionId === null ? email : `${email}\n${sessionId}`;
    const asked = [
      { counter: perAddress, key: network ?? NOWHERE },
      pair,
      ...(isKnown ? [] : [{ counter: byStrangers, key: stranger }]),
    ];
    const forgive = () => givingBack.giveBack(asked);
    const look = async <R>(looking: Promise<R>): Promise<R> => {
      try {
        return await looking;
      } catch (error) {
        if (!isOnPurpose(error)) await forgive();
        throw error;
      }
    };
    // What is under way is given back where it is right, as a hundred people are who log in at the same time.
    const refused = ({ counter, key }: Counted, { retryAfter }: Allowance): Refusal =>
      refuse('RATE_LIMITED', { retryAfter: underWay.has(counter, key) ? SOON : retryAfter });
    // A client that repeats one wrong password for ever must not use up what others behind its address have.
    let left = await perPair.peek(pair.key);
    const owed = givingBack.settle();
    if (owed !== null) {
      await owed;
      left = await perPair.peek(pair.key);
    }
    if (!left.allowed) return refused(pair, left);
    const counted: Counted[] = [];
    try {
      // The address first: with it used up, whoever makes up accounts makes no rows either.
      for (const one of asked) {
        const allowance = await one.counter.consume(one.key).catch((error: unknown) => {
          givingBack.owe(counted);
          throw error;
        });
        if (!allowance.allowed) {
          // As many at once as come were all told by the look above that there is something left.
          if (one === pair) await givingBack.giveBack(counted);
          return refused(one, allowance);
        }
        counted.push(one);
        underWay.add(one.counter, one.key, 1);
      }
      return await act({ forgive, look });
    } finally {
      for (const { counter, key } of counted) underWay.add(counter, key, -1);
    }
  }

  async function countAddress(address: string | null, points: number): Promise<Refusal | null> {
    const { allowed, retryAfter } = await perAddress.consume(networkOf(address) ?? NOWHERE, points);
    return allowed ? null : refuse('RATE_LIMITED', { retryAfter });
  }

  return { during, countAddress };
}

const isOnPurpose = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'extensions' in error;

/** How many attempts of this process are under way, by what they are counted in. */
function createTally() {
  const counts = new Map<Counter, Map<string, number>>();
  return {
    has: (counter: Counter, key: string): boolean => counts.get(counter)?.has(key) ?? false,
    add(counter: Counter, key: string, change: number): void {
      const keys = counts.get(counter) ?? new Map<string, number>();
      counts.set(counter, keys);
      const count = (keys.get(key) ?? 0) + change;
      if (count > 0) keys.set(key, count);
      else keys.delete(key);
    },
  };
}
