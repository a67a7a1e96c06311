import type { Log } from '../log.js';
import { isThenable, type MaybePromise } from '../outcome.js';
import type { Viewer, ViewerContext } from '../viewer.js';
import {
  isObjectPolicy,
  type ObjectPolicy,
  type PolicyItem,
  type RequestPolicy,
} from './policies.js';

/** Puts questions to the policies of a server. Never throws, never rejects: what went wrong is logged and denies. */
export interface PolicyDesk {
  readonly isPerObject: (name: string) => boolean;
  /** At once where the policy answers at once. */
  askAboutRequest(
    name: string,
    viewer: Viewer | null,
    context: ViewerContext,
  ): MaybePromise<boolean>;
  /** One answer for each item. */
  askAboutObjects(
    name: string,
    items: readonly PolicyItem[],
    viewer: Viewer | null,
    context: ViewerContext,
  ): MaybePromise<readonly boolean[]>;
}

export function createPolicyDesk(
  policies: ReadonlyMap<string, RequestPolicy | ObjectPolicy>,
  { log, timeout }: { log: Log; timeout: number },
): PolicyDesk {
  /** `fallback` is what denies. `read` makes of an answer only what the policy clearly said. */
  function ask<T>(
    policy: string,
    question: () => unknown,
    read: (answer: unknown) => T,
    fallback: T,
  ): MaybePromise<T> {
    const fail = (err: unknown): T => {
      log.error({ policy, err }, `The policy ${policy} failed, which denies.`);
      return fallback;
    };
    try {
      const answer = question();
      if (!isThenable(answer)) return read(answer);
      return inTime(answer, timeout).then(read).catch(fail);
    } catch (error) {
      return fail(error);
    }
  }

  return {
    isPerObject: (name) => isObjectPolicy(policies.get(name)),

    askAboutRequest(name, viewer, context) {
      const policy = policies.get(name) as RequestPolicy;
      return ask(
        name,
        () => policy(viewer, context),
        (answer) => answer === true,
        false,
      );
    },

    askAboutObjects(name, items, viewer, context) {
      const { check } = policies.get(name) as ObjectPolicy;
      const read = (answer: unknown): readonly boolean[] => {
        if (!Array.isArray(answer) || answer.length !== items.length) {
          const got = Array.isArray(answer) ? `${answer.length} of them` : typeof answer;
          throw new TypeError(
            `The policy ${name} was asked about ${items.length} objects and must answer a list of as many booleans, got ${got}.`,
          );
        }
        return items.map((_, at) => answer[at] === true);
      };
      // What a policy does to its list must not move an answer to another object.
      const denied = items.map(() => false);
      return ask(name, () => check(Object.freeze([...items]), viewer, context), read, denied);
    },
  };
}

/** Rejects when `milliseconds` have passed; a later answer counts for nothing. */
function inTime(answer: PromiseLike<unknown>, milliseconds: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `It did not answer within ${milliseconds / 1000} s (policyTimeout).`;
    timer = setTimeout(() => reject(new Error(message)), milliseconds);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
