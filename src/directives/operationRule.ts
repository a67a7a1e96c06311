import { locatedError, OperationTypeNode } from 'graphql';
import type { AuthError } from '../errors.js';
import type { CredentialRule } from '../resolvers/credentialFields.js';
import type { RequestContext } from '../request.js';
import type { Execution, Verdict } from './execution.js';
import type { CopyOf } from './preparing.js';

/** Refuses a mutation whole, for what it consists of and not for who asks. */
export type OperationRule = CredentialRule;

export const refusesNothing: OperationRule = () => null;

/** The verdict of a rule over an execution; null where it says nothing, a promise of null where it lets pass. */
export function ruled(
  refuses: OperationRule,
  context: unknown,
  { schema, operation, fragments, variableValues }: Execution,
  copyOf: CopyOf,
): Promise<Verdict | null> | null {
  if (operation.operation !== OperationTypeNode.MUTATION) return null;
  const refusing = refuses({
    operation,
    fragments,
    coerce: () => variableValues,
    namesHere: () => copyOf(schema).credentialNames,
    context: context as RequestContext,
  });
  return refusing && refusing.then((refusal) => refusal && refusedWhole(refusal, operation));
}

function refusedWhole(refusal: AuthError, operation: Execution['operation']): Verdict {
  const refuse = (): never => {
    throw refusal;
  };
  const refusals = [locatedError(refusal, [operation], undefined)];
  return { clear: false, refusals, judgeFor: refuse, deny: refuse };
}
