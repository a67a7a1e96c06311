import { HeaderMap, type GraphQLRequestContext, type HTTPGraphQLRequest } from '@apollo/server';
import type { Exchange } from './exchange.js';
import type { ServerContext } from './options.js';

/** Makes Apollo remember to whom an HTTP request belongs. */
export class OwnedRequest implements HTTPGraphQLRequest {
  readonly method: string;
  readonly search: string;
  #headers: HeaderMap | undefined;

  constructor(
    readonly exchange: Exchange,
    readonly body: unknown,
  ) {
    this.method = exchange.method;
    this.search = exchange.search;
  }

  /** Copied when they are asked for: most requests are answered without. */
  get headers(): HeaderMap {
    if (this.#headers === undefined) {
      this.#headers = new HeaderMap();
      for (const [name, value] of Object.entries(this.exchange.headers)) {
        if (value !== undefined) this.#headers.set(name, String(value));
      }
    }
    return this.#headers;
  }
}

export function exchangeOf<Context extends ServerContext>({
  request,
}: GraphQLRequestContext<Context>): Exchange {
  return (request.http as OwnedRequest).exchange;
}
