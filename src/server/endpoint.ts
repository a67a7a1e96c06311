import type { DocumentLimits, Excess } from '../limits/limits.js';
import { errorCatalogue } from '../common.js';
import type { MaybePromise } from '../outcome.js';
import { FOREIGN_ORIGIN } from '../context/cookies.js';
import type { GraphqlAnswer, GraphqlEngine } from './apollo.js';
import { readJsonBody } from './body.js';
import { createDocumentGate } from './documentGate.js';
import type { Exchange } from './exchange.js';
import { GRAPHQL_RESPONSE_TYPE, acceptsAnswer, namesJson, postedType } from './mediaTypes.js';
import { HttpRefusal, send, sendError } from './respond.js';

export interface EndpointOptions {
  readonly engine: GraphqlEngine;
  /** Whether a request may be looked at at all. */
  readonly admits?: ((exchange: Exchange) => boolean) | undefined;
  readonly limits: DocumentLimits & { readonly maxBodySize: number };
}

/** What GraphQL itself refused before any resolver ran. */
const refusedByGraphql: ReadonlySet<string> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);

/** The GraphQL endpoint: from the bytes of a request to those of its answer. Throws `HttpRefusal`. */
export function createEndpoint({
  engine,
  admits = () => true,
  limits,
}: EndpointOptions): (exchange: Exchange) => MaybePromise<void> {
  const admit = createDocumentGate(limits);

  function answer(
    exchange: Exchange,
    body: Record<string, unknown> | undefined,
  ): MaybePromise<void> {
    const asked = body ?? askedByUrl(exchange.search);
    const admission = admit(asked['query'], asked['variables']);
    if (!admission.ok) {
      refuse(exchange, admission.excess);
      return;
    }
    if (body !== undefined && admission.query !== null) body['query'] = admission.query;
    return engine.run(exchange, body).then((answer) => deliver(exchange, answer));
  }

  function deliver(exchange: Exchange, answer: GraphqlAnswer): void {
    if (exchange.failed) {
      const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId: exchange.requestId };
      sendError(exchange, 500, errorCatalogue.INTERNAL_SERVER_ERROR, extensions);
      return;
    }
    answer.headers.set('cache-control', 'no-store');
    send(exchange, statusOf(answer, exchange), answer.headers, answer.body);
  }

  return (exchange) => {
    const { method, headers } = exchange;
    if (!admits(exchange)) {
      exchange.codes.add('FORBIDDEN');
      sendError(exchange, 403, FOREIGN_ORIGIN, { code: 'FORBIDDEN', reason: 'POLICY_DENIED' });
      return;
    }
    if (method !== 'GET' && method !== 'POST') {
      throw new HttpRefusal(405, `${method} is not allowed here.`, { allow: 'GET, POST' });
    }
    // Asked first: Apollo asks only when the operation has run.
    if (!acceptsAnswer(headers.accept)) {
      throw new HttpRefusal(406, `The answer is application/json or ${GRAPHQL_RESPONSE_TYPE}.`);
    }
    if (method === 'POST' && postedType(exchange.rawHeaders) === 'json') {
      return readJsonBody(exchange.request, limits.maxBodySize, (body, size) => {
        exchange.bodySize = size;
        return answer(exchange, body);
      });
    }
    return answer(exchange, undefined);
  };
}

function refuse(exchange: Exchange, excess: Excess): void {
  const { headers, codes } = exchange;
  codes.add('DOCUMENT_TOO_COMPLEX');
  const extensions = { code: 'DOCUMENT_TOO_COMPLEX', ...excess };
  const type = (headers.accept ?? '').includes(GRAPHQL_RESPONSE_TYPE)
    ? { 'content-type': `${GRAPHQL_RESPONSE_TYPE}; charset=utf-8` }
    : undefined;
  sendError(exchange, 400, errorCatalogue.DOCUMENT_TOO_COMPLEX, extensions, type);
}

/** The parameters of a GET, as far as the limits judge them; Apollo reads and checks them all itself. */
function askedByUrl(search: string): Record<string, unknown> {
  const parameters = new URLSearchParams(search);
  let variables: unknown;
  try {
    variables = JSON.parse(parameters.get('variables') ?? 'null');
  } catch {
    variables = null;
  }
  return { query: parameters.get('query'), variables };
}

/** GraphQL over HTTP §6.4.1: with `application/json` a well-formed request is answered 200, even with just errors. */
function statusOf({ status, headers }: GraphqlAnswer, { headers: asked, codes }: Exchange): number {
  const legacy =
    status === 400 &&
    namesJson(asked.accept) &&
    (headers.get('content-type') ?? '').startsWith('application/json') &&
    codes.size > 0 &&
    [...codes].every((code) => refusedByGraphql.has(code));
  return legacy ? 200 : status;
}
