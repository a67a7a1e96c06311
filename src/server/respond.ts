import type { ServerResponse } from 'node:http';

type Headers = Readonly<Record<string, string>>;

export const JSON_TYPE = 'application/json; charset=utf-8';

/** A request refused by HTTP's own rules, before GraphQL begins. */
export class HttpRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Headers = {},
    readonly code = 'BAD_REQUEST',
  ) {
    super(message);
    this.name = 'HttpRefusal';
  }
}

/** Sends a whole body. Does nothing where the client has gone. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Headers | Iterable<[string, string]>,
  body: string | Buffer,
): void {
  if (response.destroyed || response.headersSent) return;
  const entries = Symbol.iterator in headers ? headers : Object.entries(headers);
  for (const [name, value] of entries) response.setHeader(name, value);
  const size = Buffer.byteLength(body);
  response.setHeader('content-length', size);
  response.statusCode = status;
  // A byte for each character: it is ASCII, which Node copies where it would encode.
  response.end(body, size === body.length ? 'latin1' : 'utf8');
}

/** Sends JSON that nobody may keep. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Headers = {},
): void {
  const all = { 'content-type': JSON_TYPE, 'cache-control': 'no-store', ...headers };
  send(response, status, all, `${JSON.stringify(body)}\n`);
}

/** Errors in the form that GraphQL clients read, whatever went wrong. */
export function sendError(
  response: ServerResponse,
  status: number,
  message: string,
  extensions: object,
  headers: Headers = {},
): void {
  sendJson(response, status, { errors: [{ message, extensions }] }, headers);
}
