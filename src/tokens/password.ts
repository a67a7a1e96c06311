import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { onHashThread, parseOptions, type Hashing } from './argon2.js';
import { readDjangoHash } from './djangoHash.js';
import { HashQueue, type Busy, type Work } from './hashQueue.js';
import { readPassword } from './passwordText.js';

/** Parameters of argon2id (RFC 9106 §3.1). */
export interface PasswordCost {
  /** KiB. */
  readonly memoryCost: number;
  /** Passes. */
  readonly timeCost: number;
  /** Lanes. */
  readonly parallelism: number;
}

export interface PasswordHasher {
  /** A PHC string. Throws a `TypeError` for a password that `passwordProblem` refuses as no password at all. */
  hash(password: string): Promise<{ readonly kind: 'hashed'; readonly hash: string } | Busy>;
  /**
   * Null, for an unknown account, costs the same work and is never a match; nor is a malformed hash. A hash that came
   * from Django is compared as Django does, which takes as long as it took there.
   */
  verify(
    hash: string | null,
    password: string,
  ): Promise<{ readonly kind: 'match' | 'mismatch' } | Busy>;
  /** Whether a stored hash was made elsewhere, or with other parameters than those of today. */
  needsRehash(hash: string): boolean;
  /** Passwords that are being hashed or wait for it. */
  readonly pending: number;
}

export interface PasswordHasherOptions {
  /** Default: the recommendation of OWASP, 19 MiB, 2 passes, 1 lane: about 20 ms. */
  readonly cost?: PasswordCost;
  /** Processes that hash on the same cores, this one counted: each takes its share of both limits below. Default 1. */
  readonly processes?: number;
  /** Passwords hashed at the same time. Default: one for each core. */
  readonly parallelism?: number;
  /** Passwords that may wait beyond those; one more is answered `busy`. Default 200. */
  readonly queueLimit?: number;
  /** Milliseconds of a clock that only goes forward. Default `performance.now`. */
  readonly now?: () => number;
}

const OWASP_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

// The enumerations of the package exist in its types only.
const ARGON2ID = 2;
const VERSION_19 = 1;

/** Hashes and compares passwords with argon2id, off the event loop and never more at once than there are cores. */
export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const {
    cost = OWASP_COST,
    processes = 1,
    parallelism = Math.max(1, Math.floor(availableParallelism() / processes)),
    queueLimit = Math.ceil(200 / processes),
    now = () => performance.now(),
  } = options;
  const queue = new HashQueue({ parallelism, queueLimit, now });
  const dummy = dummyHash(cost);
  const comparing = (stored: string, password: string): Hashing => ({
    ...{ verb: 'verify', hash: stored, password, dummy },
  });

  function hash(password: string) {
    const text = readPassword(password);
    if (text === null) {
      throw new TypeError(
        'Expected a password of well-formed text and at most 256 characters, but it is not. ' +
          'Ask passwordProblem first.',
      );
    }
    const options = { ...cost, algorithm: ARGON2ID };
    return queue
      .add({ verb: 'hash', password: text, options })
      .then((made) =>
        typeof made === 'object' ? made : ({ kind: 'hashed', hash: String(made) } as const),
      );
  }

  async function verify(stored: string | null, password: string) {
    const text = readPassword(password);
    const comparison = text === null || stored === null ? null : workOf(stored, text, password);
    const matches = await queue.add(comparison ?? comparing(dummy, text ?? ''));
    if (typeof matches === 'object') return matches;
    return { kind: matches === true && comparison !== null ? 'match' : 'mismatch' } as const;
  }

  /** How a stored hash is compared with a password; null for a malformed one. `raw` is the text as it was sent. */
  function workOf(stored: string, text: string, raw: string): Work | null {
    if (parametersOf(stored) !== null) return comparing(stored, text);
    const elsewhere = readDjangoHash(stored);
    switch (elsewhere.kind) {
      case 'argon2':
        return comparing(elsewhere.phc, raw);
      case 'other':
        // As in a thread: a hash that cannot be compared with is damaged, and the answer takes as long as any.
        return () =>
          elsewhere
            .matches(raw)
            .catch(() => onHashThread([comparing(dummy, '')]).then(() => false));
      case 'unreadable':
        return null;
    }
  }

  function needsRehash(stored: string): boolean {
    const made = parametersOf(stored);
    return (
      made === null ||
      Number(made.algorithm) !== ARGON2ID ||
      Number(made.version) !== VERSION_19 ||
      made.memoryCost !== cost.memoryCost ||
      made.timeCost !== cost.timeCost ||
      made.parallelism !== cost.parallelism
    );
  }

  return {
    hash,
    verify,
    needsRehash,
    get pending() {
      return queue.pending;
    },
  };
}

/** A hash of no password, with these parameters: comparing with it takes as long as with a real one. */
function dummyHash({ memoryCost, timeCost, parallelism }: PasswordCost): string {
  const phc = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${phc(16)}$${phc(32)}`;
}

function parametersOf(stored: string) {
  try {
    return parseOptions(stored);
  } catch {
    return null;
  }
}
