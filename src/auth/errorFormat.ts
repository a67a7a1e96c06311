import { GraphQLError, type GraphQLFormattedError, type Source } from 'graphql';
import { randomUUID } from 'node:crypto';
import { createAttachments } from '../attachments.js';
import type { Log } from '../log.js';
import { formattedOf, logMasked, maskError } from '../masking.js';
import { withoutQuoted } from '../quoted.js';
import { withoutTokens } from '../redact.js';
import { parsedIn, removeSecrets, secretsOf, type Sent } from '../secrets.js';

export interface ErrorFormat {
  /** For Apollo Server's `formatError`. */
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  /** The same for servers that take an error for an error. */
  readonly maskError: (error: unknown) => GraphQLError;
  /** For errors that nobody else formats. The log has nothing of what was `sent` that may be a secret. */
  readonly formatAll: (errors: readonly unknown[], sent?: Sent) => GraphQLFormattedError[];
}

/**
 * Masks what nobody threw on purpose, and logs it whole under the id that the caller is told. `hideSuggestions` takes
 * the names out that refusals before execution suggest.
 */
export function createErrorFormat(log: Log, hideSuggestions: boolean): ErrorFormat {
  function format(
    formatted: GraphQLFormattedError,
    error: unknown,
    sent?: Sent,
  ): GraphQLFormattedError {
    const masked = maskError(formatted, error, {
      requestId: randomUUID(),
      // What somebody threw may quote the request.
      report: (original, requestId) =>
        logMasked(log, { original, requestId, clean: (text) => withoutSecrets(text, sent) }),
      hideSuggestions,
    });
    return { ...masked, message: withoutLiterals(masked.message, error) };
  }

  function mask(error: unknown): GraphQLError {
    if (isRefusedRequest(error)) return error;
    const { message, extensions = {} } = format(formattedOf(error), error);
    if (!(error instanceof GraphQLError)) return new GraphQLError(message, { extensions });
    // Servers take the HTTP status from what passes.
    const passes = message === error.message && extensions['code'] === error.extensions['code'];
    const { nodes, source, positions, path } = error;
    return passes
      ? error
      : new GraphQLError(message, { nodes, source, positions, path, extensions });
  }

  return {
    formatError: (formatted, error) => format(formatted, error),
    maskError: (error) => mask(error),
    formatAll: (errors, sent) => errors.map((error) => format(formattedOf(error), error, sent)),
  };
}

/** What Fastify says of a request, such as a broken body, as Mercurius wraps it: meant for whoever sent it. */
function isRefusedRequest(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError) || error.path !== undefined) return false;
  const { statusCode } = (error.originalError ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
}

const withoutSecrets = (text: string, sent: Sent | undefined): string =>
  withoutTokens(sent === undefined ? text : removeSecrets(text, secretsOf(sent).all));

const documents = createAttachments<Source, Sent>();

/** A message of validation without the secrets that stand in the document: it quotes the literals that do not fit. */
function withoutLiterals(message: string, error: unknown): string {
  if (!(error instanceof GraphQLError) || error.path !== undefined) return message;
  const { source } = error;
  if (source === undefined) return message;
  let sent = documents.get(source);
  if (sent === undefined)
    documents.set(source, (sent = { headers: {}, document: parsedIn(source) }));
  const { named, variables } = secretsOf(sent);
  return removeSecrets(withoutQuoted(message, variables), named);
}
