import type { OperationDefinitionNode } from 'graphql';
import { createAttachments } from '../attachments.js';
import type { Credential, ViewerContext } from '../viewer.js';

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
  /** That the next execution of an operation under a context is clear, whatever its variables. */
  foresee(this: void, context: object, operation: OperationDefinitionNode): void;
  isForeseen(this: void, context: unknown, operation: OperationDefinitionNode): boolean;
}

export const credentialOf = (context: unknown): Credential | undefined =>
  (context as Partial<ViewerContext> | null | undefined)?.credential;

interface Foreseen {
  readonly operation: OperationDefinitionNode;
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
    foresee(context, operation) {
      foreseen.set(context, { operation, credential: credentialOf(context) });
    },
    isForeseen(context, operation) {
      if (typeof context !== 'object' || context === null) return false;
      const known = foreseen.get(context);
      return known?.operation === operation && known.credential === credentialOf(context);
    },
  };
}
