import type { ServerResponse } from 'node:http';

/** Bodies that wait for each other at most. */
const MOST = 8;
/** Milliseconds. */
const LONGEST = 1;

interface Parcel {
  readonly response: ServerResponse;
  readonly body: string | Buffer;
  readonly encoding: BufferEncoding;
}

let waiting: Parcel[] = [];
let since = 0;

/**
 * Ends responses together that are answered in one turn of the event loop. A client that sleeps is woken by the first
 * write, which takes the kernel as long as a quarter of a request; one that is written to again and again before it has
 * gone back to sleep is woken once. Nobody waits for more than a few others, nor for what comes later.
 */
export function end(
  response: ServerResponse,
  body: string | Buffer,
  encoding: BufferEncoding,
): void {
  waiting.push({ response, body, encoding });
  if (waiting.length === 1) {
    since = performance.now();
    setImmediate(flush);
  } else if (waiting.length === MOST || performance.now() - since > LONGEST) {
    flush();
  }
}

function flush(): void {
  const parcels = waiting;
  waiting = [];
  for (const { response, body, encoding } of parcels) response.end(body, encoding);
}
