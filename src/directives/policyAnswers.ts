import { andThen, type MaybePromise } from '../outcome.js';
import type { Viewer, ViewerContext } from '../viewer.js';
import type { PolicyDesk } from './askPolicy.js';
import type { PolicyItem } from './policies.js';
import type { PolicyGroups } from './requirement.js';

interface Waiting {
  readonly item: PolicyItem;
  readonly answer: (allowed: boolean) => void;
}

/** What request policies leave of an OR of ANDs: met, unmet, or the object policies on which it hangs. */
export type OpenGroups = 'met' | 'unmet' | PolicyGroups;

/** What the policies say to one viewer of one request: about the request once, about objects in batches. */
export class PolicyAnswers {
  readonly #request = new Map<string, MaybePromise<boolean>>();
  readonly #batches = new Map<string, Waiting[]>();

  constructor(
    readonly desk: PolicyDesk,
    readonly viewer: Viewer | null,
    readonly context: ViewerContext,
  ) {}

  /**
   * Asks the request policies of an expression until it is decided as far as they can decide it. A promise only
   * where one of them is asynchronous.
   */
  settle(groups: PolicyGroups): MaybePromise<void> {
    const nextGroup = (at: number): MaybePromise<void> => {
      const group = groups[at];
      if (group === undefined) return;
      const names = group.filter((name) => !this.desk.isPerObject(name));
      return andThen(this.#allAllow(names, 0), (allow) => {
        if (!allow || names.length < group.length) return nextGroup(at + 1);
      });
    };
    return nextGroup(0);
  }

  /** After `settle`. A request policy that has not answered counts as denying. */
  open(groups: PolicyGroups): OpenGroups {
    const open: (readonly string[])[] = [];
    for (const group of groups) {
      const aboutObjects = group.filter((name) => this.desk.isPerObject(name));
      if (group.some((name) => !aboutObjects.includes(name) && !this.allows(name))) continue;
      if (aboutObjects.length === 0) return 'met';
      open.push(aboutObjects);
    }
    return open.length === 0 ? 'unmet' : open;
  }

  /** Whether a request policy has allowed. */
  allows(name: string): boolean {
    return this.#request.get(name) === true;
  }

  /** Whether a request policy has been asked and has denied. */
  denies(name: string): boolean {
    return this.#request.get(name) === false;
  }

  /**
   * One object policy about one object. `isRow`: other objects may come to be asked about in this same turn of the
   * event loop, so they wait for each other; else it is asked at once.
   */
  object(name: string, item: PolicyItem, isRow: boolean): MaybePromise<boolean> {
    if (!isRow) return andThen(this.#ask(name, [item]), ([allowed]) => allowed === true);
    return new Promise((answer) => {
      const batch = this.#batches.get(name);
      if (batch !== undefined) {
        batch.push({ item, answer });
        return;
      }
      this.#batches.set(name, [{ item, answer }]);
      // Rows come to be in a chain of promises: all of those run before the next tick.
      void Promise.resolve().then(() => process.nextTick(() => this.#flush(name)));
    });
  }

  #flush(name: string): void {
    const batch = this.#batches.get(name) ?? [];
    this.#batches.delete(name);
    void andThen(
      this.#ask(
        name,
        batch.map(({ item }) => item),
      ),
      (answers) => batch.forEach(({ answer }, at) => answer(answers[at] === true)),
    );
  }

  #ask(name: string, items: readonly PolicyItem[]): MaybePromise<readonly boolean[]> {
    return this.desk.askAboutObjects(name, items, this.viewer, this.context);
  }

  #allAllow(names: readonly string[], at: number): MaybePromise<boolean> {
    const name = names[at];
    if (name === undefined) return true;
    return andThen(this.#aboutRequest(name), (allowed) => allowed && this.#allAllow(names, at + 1));
  }

  #aboutRequest(name: string): MaybePromise<boolean> {
    let answer = this.#request.get(name);
    if (answer === undefined) {
      answer = this.desk.askAboutRequest(name, this.viewer, this.context);
      this.#request.set(name, answer);
      if (answer instanceof Promise) void answer.then((value) => this.#request.set(name, value));
    }
    return answer;
  }
}
