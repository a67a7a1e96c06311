import type { GraphQLResolveInfo } from 'graphql';
import { coordinateOf } from '../coordinate.js';
import { AuthError } from '../errors.js';
import type { Outcome } from '../outcome.js';

/** The value, or the refusal as the GraphQL error that it is: of this field, as that of a guard would be. */
export function unwrap<T>(
  outcome: Outcome<T>,
  info: Pick<GraphQLResolveInfo, 'parentType' | 'fieldName'>,
): T {
  if (outcome.ok) return outcome.value;
  const { code, details, message } = outcome;
  const coordinate = coordinateOf(info);
  throw new AuthError(code, code === 'FORBIDDEN' ? { ...details, coordinate } : details, message);
}
