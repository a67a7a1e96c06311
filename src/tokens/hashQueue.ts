import { afterQueries } from '../precedence.js';
import { onHashThread, type Hashing } from './argon2.js';

/** Too many passwords wait already. `retryAfter` is seconds, from how long hashing takes here. */
export interface Busy {
  readonly kind: 'busy';
  readonly retryAfter: number;
}

export interface HashQueueOptions {
  /** Passwords hashed at the same time. */
  readonly parallelism: number;
  /** Passwords that may wait beyond those. */
  readonly queueLimit: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

/** What argon2 is asked on a thread of its own, or what another hash function does by itself. */
export type Work = Hashing | (() => Promise<boolean>);

interface Job {
  readonly work: Work;
  readonly resolve: (answer: string | boolean) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Passwords that a thread is given at a time, at most. Hashing empties the caches of the processor, so that what follows
 * takes the event loop twice as long for one alone as for each of several.
 */
const MOST = 8;

/** Passwords are hashed in the order in which they came, some at the same time and the others after them. */
export class HashQueue {
  readonly #options: HashQueueOptions;
  readonly #waiting: Job[] = [];
  /** Threads, or what stands for one, that are at work. */
  #busy = 0;
  #hashing = 0;
  /** What one takes, on the average of the last few. */
  #milliseconds = 20;

  constructor(options: HashQueueOptions) {
    this.#options = options;
  }

  /** Passwords that are being hashed or wait for it. */
  get pending(): number {
    return this.#waiting.length + this.#hashing;
  }

  add(work: Work): Promise<string | boolean | Busy> {
    const { parallelism, queueLimit } = this.#options;
    if (this.pending >= parallelism + queueLimit) {
      const wait = (this.pending * this.#milliseconds) / parallelism;
      return Promise.resolve({ kind: 'busy', retryAfter: Math.max(1, Math.ceil(wait / 1000)) });
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject });
      this.#begin();
    });
  }

  #begin(): void {
    while (this.#busy < this.#options.parallelism && this.#waiting.length > 0) {
      this.#busy++;
      void this.#run(this.#take());
    }
  }

  /** A batch takes an eighth of the time in which the queue is emptied, at most: nobody waits much longer for the others. */
  #take(): Job[] {
    const { parallelism } = this.#options;
    const fair = Math.min(MOST, Math.floor(this.#waiting.length / (parallelism * MOST)));
    const alone = this.#waiting.findIndex(({ work }) => typeof work === 'function');
    const count = Math.max(1, alone === -1 ? fair : Math.min(fair, alone));
    return this.#waiting.splice(0, count);
  }

  async #run(jobs: Job[]): Promise<void> {
    const { now } = this.#options;
    this.#hashing += jobs.length;
    const began = now();
    const answers = await answersOf(jobs.map(({ work }) => work));
    this.#milliseconds += ((now() - began) / jobs.length - this.#milliseconds) / 8;
    this.#hashing -= jobs.length;
    this.#busy--;
    // The thread goes on before anybody hears of what it has done.
    this.#begin();
    jobs.forEach(({ resolve, reject }, index) => {
      const answer = answers[index] as PromiseSettledResult<string | boolean>;
      afterQueries(() => {
        if (answer.status === 'fulfilled') resolve(answer.value);
        else reject(answer.reason);
      });
    });
  }
}

async function answersOf(works: Work[]): Promise<PromiseSettledResult<string | boolean>[]> {
  const [first] = works;
  try {
    if (typeof first !== 'function') return await onHashThread(works as Hashing[]);
    return [{ status: 'fulfilled', value: await first() }];
  } catch (reason) {
    return works.map(() => ({ status: 'rejected', reason }));
  }
}
