import type { MaybePromise } from '../outcome.js';
import { promiseOf, type Data } from './values.js';

/** What a run waits for. */
export class Arrivals {
  #pending = 0;
  #isOver = false;
  #settle: ((data: Data | null) => void) | null = null;
  #data: Data | null = null;
  #giveUp: (() => void) | null = null;

  /** Places it when it is there, or leaves it where anything has gone wrong meanwhile. */
  protected later(
    value: PromiseLike<unknown>,
    place: (arrived: unknown) => void,
    leave: (arrived: unknown) => void,
  ): void {
    this.#pending += 1;
    const giveUp = (this.#giveUp ??= () => this.end());
    promiseOf(value).then((arrived) => {
      if (this.#isOver) {
        leave(arrived);
        return;
      }
      try {
        place(arrived);
      } catch {
        giveUp();
        return;
      }
      this.#pending -= 1;
      if (this.#pending === 0) this.#settle?.(this.#data);
    }, giveUp);
  }

  /** `data` once all has arrived; null where anything goes wrong. */
  protected whole(data: Data): MaybePromise<Data | null> {
    if (this.#pending === 0) return data;
    this.#data = data;
    return new Promise((resolve) => (this.#settle = resolve));
  }

  protected end(): void {
    this.#isOver = true;
    this.#settle?.(null);
  }
}
