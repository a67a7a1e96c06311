import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { errorCatalogue } from './common.js';
import type { Log } from './log.js';
import { withoutQuoted } from './quoted.js';
import { StoreUnavailableError } from './store/store.js';

/** What becomes of one error on its way out. */
export interface MaskOptions {
  /** The id under which the whole error is logged, and which the caller is told. */
  requestId: string;
  /** Is given what must not leave: the original of an unexpected error, or why the store did not answer. */
  report: (original: unknown, requestId: string) => void;
  /** Takes the names out that a refusal before execution suggests: nobody has asked what the caller may see. */
  hideSuggestions?: boolean;
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
  { requestId, report, hideSuggestions = false }: MaskOptions,
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
    // A guard that could not ask whose the token is: on purpose, and still a store that did not answer.
    const cause = original instanceof GraphQLError ? original.cause : undefined;
    if (cause instanceof StoreUnavailableError) report(cause, requestId);
    const extensions = { ...formatted.extensions };
    if (isOfRequest(original)) extensions['code'] = 'BAD_REQUEST';
    delete extensions['http'];
    delete extensions['stacktrace'];
    const told = path === undefined ? withoutQuoted(formatted.message) : formatted.message;
    const isBefore = hideSuggestions && path === undefined;
    return { message: isBefore ? withoutSuggestions(told) : told, ...place, extensions };
  }
  report(original, requestId);
  const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId };
  return { message: errorCatalogue.INTERNAL_SERVER_ERROR, ...place, extensions };
}

/**
 * Apollo Server answers 400 to a hash that is not that of its query, and gives it the code of a fault of the server, as
 * every error without one.
 */
function isOfRequest(original: unknown): boolean {
  if (!(original instanceof GraphQLError) || original.extensions['code'] !== undefined)
    return false;
  const http = original.extensions['http'] as { status?: unknown } | undefined;
  return http?.status === 400;
}

/** graphql-js ends the messages of validation and of variables with them. */
const withoutSuggestions = (message: string): string => {
  // No regular expression: one would go through the rest again for each time that a caller has put these words in.
  const at = message.endsWith('?') ? message.indexOf(' Did you mean ') : -1;
  return at === -1 ? message : message.slice(0, at);
};

/** Execution wraps what a resolver threw, several times where resolvers call each other. */
export function originalOf(error: unknown): unknown {
  let original = error;
  while (original instanceof GraphQLError && original.originalError !== undefined) {
    original = original.originalError;
  }
  return original;
}

/** How graphql-js, and scalars by its custom, refuse what a resolver has answered: they quote it. */
const quoting =
  /^\w+ cannot represent |^Enum "\w+" cannot represent |^Expected value of type "\w+" but got: |^Expected Iterable, but did not find one |^Abstract type "\w+" /;

const saysWhatCame = ({ message, extensions }: GraphQLError): boolean =>
  Object.keys(extensions).length === 0 && quoting.test(message);

function isOnPurpose({ path, extensions }: GraphQLFormattedError, original: unknown): boolean {
  if (original instanceof GraphQLError) return path === undefined || !saysWhatCame(original);
  return path === undefined && beforeExecution.has(extensions?.['code']);
}

/** What is masked, as the log has it: whole, but for what `clean` takes out of its texts. */
export interface MaskedError {
  original: unknown;
  requestId: string;
  clean: (text: string) => string;
}

/** Logs the original of a masked error: a store that cannot answer is a warning, all else a fault. */
export function logMasked(log: Log, { original, requestId, clean }: MaskedError): void {
  const err = describe(original, clean);
  if (original instanceof StoreUnavailableError) {
    log.warn({ requestId, err }, 'The store could not answer.');
  } else log.error({ requestId, err }, 'An unexpected error was masked.');
}

/** What a formatter is given of an error that no server has formatted yet. */
export const formattedOf = (error: unknown): GraphQLFormattedError =>
  error instanceof GraphQLError ? error.toJSON() : { message: '' };

/** All there is to say about an error, its causes included. */
function describe(error: unknown, clean: MaskedError['clean'], depth = 0): object {
  if (!(error instanceof Error)) return { message: clean(String(error)) };
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: clean(message),
    stack: clean(stack ?? ''),
    ...(cause !== undefined && depth < 5 && { cause: describe(cause, clean, depth + 1) }),
  };
}
