import { AuthError } from '../errors.js';
import type { Outcome } from '../outcome.js';

/** The value, or the refusal as the GraphQL error that it is. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new AuthError(outcome.code, outcome.details, outcome.message);
}
