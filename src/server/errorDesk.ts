import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { createAttachments } from '../attachments.js';
import { AuthError } from '../errors.js';
import type { Log } from '../log.js';
import { formattedOf, logMasked, maskError, originalOf } from '../masking.js';
import { andThen, type MaybePromise } from '../outcome.js';
import type { Exchange } from './exchange.js';
import type { HttpRequest, ServerContext } from './options.js';
import { removeSecrets, secretsOf, type Sent } from '../secrets.js';

/** To whom errors belong: a request, or an operation over a socket. */
export type Claimant = Sent & Pick<Exchange, 'requestId' | 'codes'>;

/** Where every error of a request passes on its way out. */
export interface ErrorDesk {
  /** Says to which request these errors belong, before they are formatted. */
  claim(exchange: Claimant, errors: readonly unknown[]): void;
  format(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError;
  /** For errors that nobody else formats. */
  formatAll(exchange: Claimant, errors: readonly unknown[]): GraphQLFormattedError[];
  /** For those of an execution without Apollo Server, which gives a code to each that has none. */
  formatExecuted(exchange: Claimant, errors: readonly GraphQLError[]): GraphQLFormattedError[];
  /**
   * Takes over an error that nobody had claimed when it was masked: logs it under the id of this exchange.
   *
   * @param body the answer that it became
   * @returns whether there was such an error
   */
  adopt(exchange: Exchange, body: string): boolean;
  /** Builds the context; what that throws becomes a refusal with a fitting HTTP status. */
  guardContext<Context extends ServerContext>(
    exchange: Exchange,
    build: (request: HttpRequest) => MaybePromise<Context>,
  ): MaybePromise<Context>;
}

const statusOfCode: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/** A thousand arguments of one name are one error at a thousand places. */
const MAX_LOCATIONS = 20;

/** Each is adopted in the turn in which it is formatted, or soon after. */
const MAX_ORPHANS = 100;

export interface ErrorDeskOptions {
  readonly log: Log;
  readonly newRequestId: () => string;
  readonly hideSuggestions: boolean;
}

export function createErrorDesk({
  log,
  newRequestId,
  hideSuggestions,
}: ErrorDeskOptions): ErrorDesk {
  const owners = createAttachments<object, Claimant>();
  /**
   * Errors that Apollo Server formats without saying for which request, by the id they were given meanwhile. One that
   * no request adopts is logged under that.
   */
  const orphans = new LRUCache<string, { readonly original: unknown }>({
    max: MAX_ORPHANS,
    dispose: ({ original }, id, cause) => cause === 'evict' && report(original, id),
  });

  function report(original: unknown, requestId: string, exchange?: Claimant): void {
    const secrets = exchange === undefined ? [] : secretsOf(exchange).all;
    const clean = (text: string) => removeSecrets(text, secrets);
    logMasked(log, { original, requestId, clean });
  }

  function format(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
    const exchange = typeof error === 'object' && error !== null ? owners.get(error) : undefined;
    if (exchange === undefined) {
      const keep = (original: unknown, id: string) => void orphans.set(id, { original });
      return maskError(formatted, error, { requestId: newRequestId(), report: keep });
    }
    const masked = maskError(formatted, error, {
      requestId: exchange.requestId,
      report: (original, requestId) => report(original, requestId, exchange),
      hideSuggestions,
    });
    exchange.codes.add(String(masked.extensions?.['code']));
    // Messages of graphql-js quote the value that did not fit; our own have a word of somebody's password by chance.
    const quotesNothing = originalOf(error) instanceof AuthError;
    return {
      ...masked,
      message: quotesNothing
        ? masked.message
        : removeSecrets(masked.message, secretsOf(exchange).named),
      ...(masked.locations && { locations: masked.locations.slice(0, MAX_LOCATIONS) }),
    };
  }

  function claim(exchange: Claimant, errors: readonly unknown[]): void {
    for (const error of errors) {
      if (typeof error === 'object' && error !== null) owners.set(error, exchange);
    }
  }

  function formatAll(exchange: Claimant, errors: readonly unknown[]): GraphQLFormattedError[] {
    claim(exchange, errors);
    return errors.map((error) => format(formattedOf(error), error));
  }

  function formatExecuted(
    exchange: Claimant,
    errors: readonly GraphQLError[],
  ): GraphQLFormattedError[] {
    claim(exchange, errors);
    return errors.map((error) => {
      const extensions = { code: 'INTERNAL_SERVER_ERROR', ...error.extensions };
      return format({ ...error.toJSON(), extensions }, error);
    });
  }

  return {
    claim,
    format,
    formatAll,
    formatExecuted,
    adopt(exchange, body) {
      const { errors } = JSON.parse(body) as { errors?: GraphQLFormattedError[] };
      const id = errors?.[0]?.extensions?.['requestId'];
      const orphan = typeof id === 'string' ? orphans.get(id) : undefined;
      if (orphan === undefined) return false;
      orphans.delete(id as string);
      exchange.codes.add('INTERNAL_SERVER_ERROR');
      report(orphan.original, exchange.requestId, exchange);
      return true;
    },
    guardContext(exchange, build) {
      const refuse = (error: unknown): never => {
        const [formatted] = formatAll(exchange, [error]);
        const { message, extensions } = formatted as GraphQLFormattedError;
        throw new GraphQLError(message, {
          extensions: { ...extensions, http: headOf(error, extensions) },
        });
      };
      try {
        const context = andThen(build(exchange), (built) => {
          exchange.userId = built.viewer?.id ?? null;
          return built;
        });
        return context instanceof Promise ? context.catch(refuse) : context;
      } catch (error) {
        return refuse(error);
      }
    },
  };
}

function headOf(error: unknown, extensions: GraphQLFormattedError['extensions']): unknown {
  const own = error instanceof GraphQLError ? error.extensions['http'] : undefined;
  if (own !== undefined) return own;
  const status = statusOfCode[String(extensions?.['code'])] ?? 400;
  const retryAfter = extensions?.['retryAfter'];
  // RFC 9110 §10.2.3: whole seconds.
  const headers = new Map(
    typeof retryAfter === 'number' ? [['retry-after', String(Math.ceil(retryAfter))]] : [],
  );
  return { status, headers };
}
