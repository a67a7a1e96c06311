import type { OperationDefinitionNode } from 'graphql';
import { createAttachments } from '../attachments.js';
import type { Credential, ViewerContext } from '../viewer.js';
import type { OperationPlan } from './plan.js';

/** What makes an execution, and whom it runs for, another one than the last. */
interface Identity {
  readonly operation: OperationDefinitionNode;
  /** graphql-js coerces the variables anew for every execution, each event of a subscription included. */
  readonly variableValues: object;
}

/** Of executions in which everything was met. */
export interface Clearances {
  isLast(this: void, context: unknown, execution: Identity): boolean;
  remember(this: void, context: unknown, execution: Identity): void;
  /** That executions with a plan are clear under a context, whatever their variables. */
  foresee(this: void, context: object, plan: OperationPlan): void;
  isForeseen(this: void, context: unknown, plan: OperationPlan): boolean;
}

export const credentialOf = (context: unknown): Credential | undefined =>
  (context as Partial<ViewerContext> | null | undefined)?.credential;

interface Foreseen {
  /** Not the operation, which may come with other fragments. */
  readonly plan: OperationPlan;
  readonly credential: Credential | undefined;
}

/**
 * Remembers the last clear execution for the fields that come after the first: to look into an attachment at each took a
 * tenth of an execution, and one object in place of these variables a hundredth. The price is that one finished request
 * stays in memory until the next.
 */
export function createClearances(): Clearances {
  const foreseen = createAttachments<object, Foreseen>();
  let lastContext: unknown;
  let lastCredential: Credential | undefined;
  let lastVariables: object | undefined;
  let lastOperation: OperationDefinitionNode | undefined;
  return {
    isLast: (context, { operation, variableValues }) =>
      variableValues === lastVariables &&
      context === lastContext &&
      credentialOf(context) === lastCredential &&
      operation === lastOperation,
    remember(context, { operation, variableValues }) {
      lastContext = context;
      lastCredential = credentialOf(context);
      lastVariables = variableValues;
      lastOperation = operation;
    },
    foresee(context, plan) {
      foreseen.set(context, { plan, credential: credentialOf(context) });
    },
    isForeseen(context, plan) {
      if (typeof context !== 'object' || context === null) return false;
      const known = foreseen.get(context);
      return known?.plan === plan && known.credential === credentialOf(context);
    },
  };
}
