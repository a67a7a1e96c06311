import type { Counter } from '../../store/limiter.js';
import type { Clock } from '../../time.js';

/** What an attempt was counted in. */
export interface Counted {
  counter: Counter;
  key: string;
}

/** Takes attempts off their counts. What the store cannot do now is owed: an outage is nobody's wrong password. */
export interface GivingBack {
  /** Throws what the store throws. */
  giveBack(counted: readonly Counted[]): Promise<void>;
  /** For those that cannot be given back now. */
  owe(counted: readonly Counted[]): void;
  /** Gives back what is owed, as far as the store does it now. Null where nothing is. */
  settle(): Promise<void> | null;
}

/** @param longest milliseconds after which a debt is forgotten: the window that it was counted in is over by then */
export function createGivingBack(clock: Clock, longest: number): GivingBack {
  let owed: (Counted & { since: number })[] = [];
  let settling: Promise<void> | null = null;

  const owe: GivingBack['owe'] = (counted) => {
    owed.push(...counted.map((one) => ({ ...one, since: clock.now() })));
  };

  async function pay(): Promise<void> {
    const due = owed.filter(({ since }) => clock.now() - since < longest);
    owed = [];
    const paid = await Promise.allSettled(due.map(({ counter, key }) => counter.giveBack(key)));
    owed.push(...due.filter((_, index) => paid[index]?.status === 'rejected'));
  }

  return {
    owe,
    async giveBack(counted) {
      const given = await Promise.allSettled(
        counted.map(({ counter, key }) => counter.giveBack(key)),
      );
      owe(counted.filter((_, index) => given[index]?.status === 'rejected'));
      const failed = given.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    settle() {
      if (owed.length > 0 && settling === null) {
        settling = pay().finally(() => {
          settling = null;
        });
      }
      return settling;
    },
  };
}
