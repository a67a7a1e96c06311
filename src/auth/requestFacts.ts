import type { IncomingMessage } from 'node:http';
import type { Log } from '../log.js';
import { createAddressReader, type TrustProxy } from '../context/address.js';
import { authorizationValues } from '../context/bearer.js';
import type { RequestFacts } from '../context/context.js';
import { messageCookies, type CookieFacts } from '../context/cookies.js';
import { addCookieTo, type CookieTarget } from './cookieTarget.js';

/** Headers as a Fetch `Headers` gives them, or as a record in any spelling of the names. */
export type HeaderSource =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * What `auth.context` takes: a request of Node, something that carries one as `raw` (Fastify, graphql-http), a
 * Fetch `Request`, plain headers with the caller's address beside them, or the context of `graphql-ws`.
 */
export type AuthRequest =
  | IncomingMessage
  | { readonly raw: IncomingMessage }
  | {
      readonly headers: HeaderSource;
      /** Of the caller: attempts are counted by it. Only where there is no socket to ask. */
      readonly address?: string | undefined;
    }
  | {
      /** `Authorization` counts as the header. */
      readonly connectionParams?: Readonly<Record<string, unknown>> | undefined;
      readonly extra: { readonly request: IncomingMessage };
    };

export interface FactsOptions {
  readonly trustProxy: TrustProxy;
  readonly log: Log;
  /** Whether cookies hold tokens, and have to be read and written. Default: false. */
  readonly usesCookies?: boolean;
}

/** `answer` is where cookies are set. Over a socket there is none. */
export type FactsReader = (request: AuthRequest, answer?: CookieTarget) => RequestFacts;

/**
 * Throws a TypeError for anything that is no `AuthRequest`, and for an answer that takes no cookies where they are used.
 * Logs one warning where nobody's address is known.
 */
export function createFactsReader({
  trustProxy,
  log,
  usesCookies = false,
}: FactsOptions): FactsReader {
  const addresses = createAddressReader(trustProxy, log);
  let warned = false;

  const ofMessage = (
    message: IncomingMessage,
    add: () => CookieFacts['add'],
    more: readonly string[] = [],
  ): RequestFacts => ({
    authorization: [...authorizationOf(message), ...more],
    origin: {
      address: addresses.clientOf(message),
      userAgent: message.headers['user-agent'] ?? null,
    },
    ...(usesCookies && { cookies: messageCookies(message, addresses.siteOf(message), add()) }),
  });

  function ofHeaders(headers: HeaderSource, address: string | undefined): RequestFacts {
    if (address === undefined && !warned) {
      warned = true;
      log.warn(
        {},
        'auth.context was given headers without an address: all such callers count as one, and share their attempts. Pass the request of Node, or { headers, address }.',
      );
    }
    return {
      authorization: valuesOf(headers, 'authorization'),
      origin: { address: address ?? null, userAgent: valuesOf(headers, 'user-agent')[0] ?? null },
    };
  }

  return (request, answer) => {
    const given: Parts = isRecord(request) ? request : {};
    const { raw, extra, headers, address, connectionParams } = given;
    const add = () => addCookieTo(answer);
    if (isMessage(given)) return ofMessage(given, add);
    if (isMessage(raw)) return ofMessage(raw, add);
    if (isRecord(extra) && isMessage(extra['request'])) {
      const params = isRecord(connectionParams) ? (connectionParams as HeaderSource) : {};
      return ofMessage(extra['request'], () => null, valuesOf(params, 'authorization'));
    }
    if (
      isRecord(headers) &&
      !Array.isArray(headers) &&
      (address === undefined || typeof address === 'string')
    ) {
      const source = headers as HeaderSource;
      const facts = ofHeaders(source, address);
      return usesCookies ? { ...facts, cookies: headerCookies(given, source, add()) } : facts;
    }
    throw new TypeError(
      `auth.context(request) expects a request of Node, a Fetch Request, { headers, address }, or the context of graphql-ws; got ${describe(request)}. Pass for example the req of your server: auth.context(req).`,
    );
  };
}

/** Adapters for functions in a cloud, and mocks, make messages that have `headers` alone. */
const authorizationOf = ({ rawHeaders, headers }: IncomingMessage): string[] =>
  rawHeaders.length > 0 ? authorizationValues(rawHeaders) : valuesOf(headers, 'authorization');

/** A Fetch `Request` knows where it was sent; of plain headers `Host` tells. */
function headerCookies(
  { method, url }: Parts,
  headers: HeaderSource,
  add: CookieFacts['add'],
): CookieFacts {
  const target = typeof url === 'string' && URL.canParse(url) ? new URL(url) : null;
  const sentFrom = {
    // One that does not say may change something.
    method: typeof method === 'string' ? method : 'POST',
    origin: joined(valuesOf(headers, 'origin')),
    fetchSite: joined(valuesOf(headers, 'sec-fetch-site')),
    site: {
      scheme: target?.protocol === 'https:' ? ('https' as const) : null,
      host: valuesOf(headers, 'host')[0] ?? target?.host ?? null,
    },
  };
  return { values: valuesOf(headers, 'cookie'), sentFrom, add };
}

/** As Node and Fetch join repeated headers: of two no one counts. */
const joined = (values: readonly string[]): string | undefined =>
  values.length === 0 ? undefined : values.join(', ');

interface Parts {
  readonly method?: unknown;
  readonly url?: unknown;
  readonly raw?: unknown;
  readonly extra?: unknown;
  readonly headers?: unknown;
  readonly address?: unknown;
  readonly connectionParams?: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isMessage = (value: unknown): value is IncomingMessage =>
  isRecord(value) && Array.isArray(value['rawHeaders']) && isRecord(value['socket']);

function valuesOf(headers: HeaderSource, name: string): string[] {
  if (typeof headers.get === 'function') {
    const value: unknown = headers.get(name);
    // Fetch joins repeated headers with a comma, which no single token has.
    return typeof value === 'string' ? [value] : [];
  }
  return Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value as unknown)
    .filter((value) => typeof value === 'string');
}

const describe = (value: unknown): string =>
  isRecord(value) ? `an object with ${Object.keys(value).join(', ') || 'nothing'}` : String(value);
