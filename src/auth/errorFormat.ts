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

  return {
    formatError: (formatted, error) => format(formatted, error),
    formatAll: (errors, sent) => errors.map((error) => format(formattedOf(error), error, sent)),
  };
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
