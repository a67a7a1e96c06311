import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './respond.js';

/** How long the rest of a body that is too large is thrown away before the answer, in milliseconds. */
const DISCARD_TIME = 1000;

/** The client went away before its request was whole: there is nobody to answer. */
export class ClientGone extends Error {}

/** The JSON object in the body of a POST. Throws an `HttpRefusal` that says what is wrong with it. */
export async function readJsonBody(
  request: IncomingMessage,
  maxSize: number,
): Promise<Record<string, unknown>> {
  const encoding = request.headers['content-encoding'];
  // RFC 9110 §15.5.16: the codings that are understood are named; a small body may inflate to a huge one.
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new HttpRefusal(415, 'A compressed body is not accepted.', {
      'accept-encoding': 'identity',
    });
  }
  const bytes = await readBytes(request, maxSize);
  let body: unknown;
  try {
    // RFC 8259 §8.1: JSON between systems is UTF-8; bytes that are not are refused, not replaced.
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new HttpRefusal(400, 'The body is not valid JSON in UTF-8.');
  }
  if (Array.isArray(body)) throw new HttpRefusal(400, 'Batched operations are not accepted.');
  if (typeof body !== 'object' || body === null) {
    throw new HttpRefusal(400, 'The body is not a JSON object.');
  }
  return body as Record<string, unknown>;
}

async function readBytes(request: IncomingMessage, maxSize: number): Promise<Buffer> {
  const tooLarge = new HttpRefusal(413, `The body is larger than ${maxSize} bytes.`, {
    connection: 'close',
  });
  if (Number(request.headers['content-length'] ?? 0) > maxSize) {
    await discard(request);
    throw tooLarge;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Leaving the loop must not destroy the socket: the answer goes over it.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length;
      if (size > maxSize) break;
      chunks.push(chunk as Buffer);
    }
  } catch {
    throw new ClientGone();
  }
  if (size > maxSize) {
    await discard(request);
    throw tooLarge;
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
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
