import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { Log } from '../log.js';
import { maskError } from '../masking.js';
import { StoreUnavailableError } from '../store/store.js';

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
  function report(original: unknown, requestId: string): void {
    const err = describe(original);
    if (original instanceof StoreUnavailableError) {
      log.warn({ requestId, err }, 'The store could not answer.');
    } else log.error({ requestId, err }, 'An unexpected error was masked.');
  }

  const formatError = (formatted: GraphQLFormattedError, error: unknown) =>
    maskError(formatted, error, { requestId: randomUUID(), report, hideSuggestions });

  return {
    formatError,
    formatAll: (errors) =>
      errors.map((error) =>
        formatError(error instanceof GraphQLError ? error.toJSON() : { message: '' }, error),
      ),
  };
}

/** With every JWT taken out: what somebody threw may quote the request. */
function describe(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: withoutTokens(String(error)) };
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: withoutTokens(message),
    stack: withoutTokens(stack ?? ''),
    ...(cause !== undefined && depth < 5 && { cause: describe(cause, depth + 1) }),
  };
}

// RFC 7519 §3: a JWT begins with an encoded JSON object, and so with eyJ.
const withoutTokens = (text: string): string =>
  text.replace(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]');
