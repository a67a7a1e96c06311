import type { GraphQLFormattedError } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { Log } from '../log.js';
import { formattedOf, logMasked, maskError } from '../masking.js';
import { withoutTokens } from '../redact.js';

export interface ErrorFormat {
  /** For Apollo Server's `formatError`. */
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  /** For errors that nobody else formats. */
  readonly formatAll: (errors: readonly unknown[]) => GraphQLFormattedError[];
}

/**
 * Masks what nobody threw on purpose, and logs it whole under the id that the caller is told. `hideSuggestions` takes
 * the names out that refusals before execution suggest.
 */
export function createErrorFormat(log: Log, hideSuggestions: boolean): ErrorFormat {
  // What somebody threw may quote the request.
  const report = (original: unknown, requestId: string): void =>
    logMasked(log, { original, requestId, clean: withoutTokens });

  const formatError = (formatted: GraphQLFormattedError, error: unknown) =>
    maskError(formatted, error, { requestId: randomUUID(), report, hideSuggestions });

  return {
    formatError,
    formatAll: (errors) => errors.map((error) => formatError(formattedOf(error), error)),
  };
}
