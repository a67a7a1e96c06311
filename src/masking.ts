import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { errorCatalogue } from './common.js';
import type { Log } from './log.js';
import { StoreUnavailableError } from './store/store.js';

/** What becomes of one error on its way out. */
export interface MaskOptions {
  /** The id under which the whole error is logged, and which the caller is told. */
  requestId: string;
  /** Is given what must not leave: the original of an unexpected error, or why the store did not answer. */
  report: (original: unknown, requestId: string) => void;
}

/** Codes of a request that was refused before any resolver ran; a scalar may have thrown anything in there. */
const beforeExecution: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);

/**
 * An error as it may leave. A `GraphQLError` was thrown on purpose and passes, without `extensions.http` and
 * `extensions.stacktrace`; a store that cannot answer is `SERVICE_UNAVAILABLE`; all else is
 * `INTERNAL_SERVER_ERROR` with the request id and nothing else. Never throws.
 */
export function maskError(
  formatted: GraphQLFormattedError,
  error: unknown,
  { requestId, report }: MaskOptions,
): GraphQLFormattedError {
  const original = originalOf(error);
  const { locations, path } = formatted;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  if (original instanceof StoreUnavailableError) {
    report(original, requestId);
    const extensions = { code: 'SERVICE_UNAVAILABLE', retryAfter: original.retryAfter };
    return { message: errorCatalogue.SERVICE_UNAVAILABLE, ...place, extensions };
  }
  if (isOnPurpose(formatted, original)) {
    const extensions = { ...formatted.extensions };
    delete extensions['http'];
    delete extensions['stacktrace'];
    return { message: formatted.message, ...place, extensions };
  }
  report(original, requestId);
  const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId };
  return { message: errorCatalogue.INTERNAL_SERVER_ERROR, ...place, extensions };
}

export type ErrorFormatter = (
  formatted: GraphQLFormattedError,
  error: unknown,
) => GraphQLFormattedError;

/** `formatError` for a server of one's own (Apollo Server calls it so): masks, and logs what it masks under a new id. */
export function createErrorFormatter(
  log: Log,
  newRequestId: () => string = randomUUID,
): ErrorFormatter {
  const report = (original: unknown, requestId: string): void => {
    log.error({ requestId, err: original }, 'An unexpected error was masked.');
  };
  return (formatted, error) => maskError(formatted, error, { requestId: newRequestId(), report });
}

/** Execution wraps what a resolver threw, several times where resolvers call each other. */
function originalOf(error: unknown): unknown {
  let original = error;
  while (original instanceof GraphQLError && original.originalError !== undefined) {
    original = original.originalError;
  }
  return original;
}

function isOnPurpose({ path, extensions }: GraphQLFormattedError, original: unknown): boolean {
  if (original instanceof GraphQLError) return true;
  return path === undefined && beforeExecution.has(extensions?.['code']);
}
