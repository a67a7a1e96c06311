import type { ServerResponse } from 'node:http';
import { end } from './outbox.js';

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

/** An answer that is still to be sent. */
export interface Unanswered {
  readonly response: ServerResponse;
  /** Headers that the answer has whatever it is, names and values in turn. */
  readonly head: readonly string[];
}

/** Sends a whole body. Does nothing where the client has gone. */
export function send(
  to: Unanswered,
  status: number,
  headers: Headers | ReadonlyMap<string, string>,
  body: string | Buffer,
): void {
  const { response } = to;
  if (response.destroyed || response.headersSent) return;
  const size = Buffer.byteLength(body);
  const head = headOf(to, headers);
  head.push('content-length', String(size));
  writeHead(response, status, head);
  // A byte for each character: it is ASCII, which Node copies where it would encode.
  end(response, body, size === body.length ? 'latin1' : 'utf8');
}

/** Sends an answer that has no body. */
export function sendHead(to: Unanswered, status: number, headers: Headers): void {
  writeHead(to.response, status, headOf(to, headers));
  to.response.end();
}

/** All at once, so that Node keeps no list of headers, unless there is one already: for origins that are named. */
function writeHead(response: ServerResponse, status: number, head: string[]): void {
  if (response.getHeaderNames().length === 0) {
    response.writeHead(status, head);
    return;
  }
  for (let at = 0; at < head.length; at += 2) {
    const [name, value] = [head[at] as string, head[at + 1] as string];
    // Put to a list, Node 20 keeps the last cookie of several.
    // What it varies with by its origin stands there already.
    if (name === 'set-cookie' || name === 'vary') response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}

/** Names and values in turn. What is said here stands over what every answer says; cookies stand beside each other. */
function headOf({ head }: Unanswered, headers: Headers | ReadonlyMap<string, string>): string[] {
  const all = [...head];
  const entries: Iterable<[string, string]> =
    headers instanceof Map ? (headers as ReadonlyMap<string, string>) : Object.entries(headers);
  for (const [name, value] of entries) {
    const at = name === 'set-cookie' ? -1 : head.indexOf(name);
    if (at !== -1) all[at + 1] = value;
    else if (name !== 'content-length') all.push(name, value);
  }
  return all;
}

/** Sends JSON that nobody may keep. */
export function sendJson(
  to: Unanswered,
  status: number,
  body: unknown,
  headers: Headers = {},
): void {
  const all = { 'content-type': JSON_TYPE, 'cache-control': 'no-store', ...headers };
  send(to, status, all, `${JSON.stringify(body)}\n`);
}

/** Errors in the form that GraphQL clients read, whatever went wrong. */
export function sendError(
  to: Unanswered,
  status: number,
  message: string,
  extensions: object,
  headers: Headers = {},
): void {
  sendJson(to, status, { errors: [{ message, extensions }] }, headers);
}
