import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { MaybePromise } from '../outcome.js';
import { markLast } from './lastRequest.js';
import { HttpRefusal } from './respond.js';

/** How long the rest of a body that is too large is thrown away before the answer, in milliseconds. */
const DISCARD_TIME = 1000;

/** Chunks of a body that are kept as they came: one of a single byte takes two hundred. */
const MOST_CHUNKS = 1024;

/** The client went away before its request was whole: there is nobody to answer. */
export class ClientGone extends Error {}

/**
 * Reads the JSON object in the body of a POST, and answers what `use` makes of it, which is called as soon as the last
 * byte is there. Throws an `HttpRefusal` that says what is wrong with it.
 */
export function readJsonBody<Result>(
  request: IncomingMessage,
  maxSize: number,
  use: (body: Record<string, unknown>, size: number) => MaybePromise<Result>,
): Promise<Result> {
  const encoding = request.headers['content-encoding'];
  // RFC 9110 §15.5.16: the codings that are understood are named; a small body may inflate to a huge one.
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new HttpRefusal(415, 'A compressed body is not accepted.', {
      'accept-encoding': 'identity',
    });
  }
  // RFC 9112 §6.1: Node's parser takes the chunks apart, and nothing else.
  const transfer = request.headers['transfer-encoding'];
  if (transfer !== undefined && transfer.toLowerCase() !== 'chunked') {
    throw new HttpRefusal(501, 'A body in another transfer coding than chunked is not accepted.');
  }
  return readBytes(request, maxSize, (bytes) => use(objectIn(bytes), bytes.length));
}

function objectIn(bytes: Buffer): Record<string, unknown> {
  let body: unknown;
  try {
    // RFC 8259 §8.1: JSON between systems is UTF-8; bytes that are not are refused, not replaced.
    body = JSON.parse(textOf(bytes));
  } catch {
    throw new HttpRefusal(400, 'The body is not valid JSON in UTF-8.');
  }
  if (Array.isArray(body)) throw new HttpRefusal(400, 'Batched operations are not accepted.');
  if (typeof body !== 'object' || body === null) {
    throw new HttpRefusal(400, 'The body is not a JSON object.');
  }
  return body as Record<string, unknown>;
}

/** Throws for what is not UTF-8. A byte order mark is left out, as RFC 8259 §8.1 allows. */
function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new TypeError('The bytes are not UTF-8.');
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function readBytes<Result>(
  request: IncomingMessage,
  maxSize: number,
  use: (bytes: Buffer) => MaybePromise<Result>,
): Promise<Result> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxSize) return tooLarge(request, maxSize);
  return new Promise((resolve, reject) => {
    const joined: Buffer[] = [];
    let chunks: Buffer[] = [];
    let size = 0;
    let isRead = false;
    const onEnd = (): void => {
      if (isRead) return;
      isRead = true;
      try {
        const all = joined.length === 0 ? chunks : [...joined, ...chunks];
        resolve(use(all.length === 1 ? (all[0] as Buffer) : Buffer.concat(all)));
      } catch (error) {
        const failure = error as Error;
        reject(failure);
      }
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= maxSize) {
        if (chunks.push(chunk) === MOST_CHUNKS) {
          joined.push(Buffer.concat(chunks));
          chunks = [];
        }
        // Node's parser gives no more than was announced: nothing is to be waited for.
        if (size === announced) onEnd();
        return;
      }
      isRead = true;
      request.off('data', onData);
      tooLarge(request, maxSize).catch(reject);
    };
    request.on('data', onData).on('close', () => {
      if (!isRead) reject(new ClientGone());
    });
    if (announced === 0) request.once('end', onEnd);
  });
}

async function tooLarge(request: IncomingMessage, maxSize: number): Promise<never> {
  markLast(request);
  await discard(request);
  throw new HttpRefusal(413, `The body is larger than ${maxSize} bytes.`, { connection: 'close' });
}

/** Most clients read the answer only when they have sent all; those that never end are cut. */
function discard(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, DISCARD_TIME);
    request.once('close', resolve).once('end', () => {
      clearTimeout(timer);
      resolve();
    });
    request.resume();
  });
}
