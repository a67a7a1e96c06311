import type { ServerResponse } from 'node:http';
import { beforeSlices, sliceState } from '../precedence.js';

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
/** All that wait are answers to mutations, in slices between which others are answered. */
let arePatient = true;
/** An answer has left at once since the last slice: with those that come after it, it may be one of many. */
let hasLeft = false;
let isArmed = false;

/**
 * Ends responses together that are answered in one turn of the event loop. A client that sleeps is woken by the first
 * write, which takes the kernel as long as a quarter of a request; one that is written to again and again before it has
 * gone back to sleep is woken once. Nobody waits for more than a few others, nor for what comes later. The first query
 * that overtakes mutations in a turn is answered at once, and answers to those wait for the next ones.
 */
export function end(
  response: ServerResponse,
  body: string | Buffer,
  encoding: BufferEncoding,
): void {
  const slices = sliceState();
  const isAlone = slices === 'due' && !hasLeft;
  if (isAlone) hasLeft = true;
  waiting.push({ response, body, encoding });
  if (slices !== 'running') arePatient = false;
  if (waiting.length === 1) since = performance.now();
  if (!isArmed) arm();
  if (isAlone || waiting.length === MOST || isLate()) flush();
}

const isLate = (): boolean => performance.now() - since > LONGEST;

function arm(): void {
  isArmed = true;
  setImmediate(atTheEndOfTheTurn);
}

function atTheEndOfTheTurn(): void {
  isArmed = false;
  if (waiting.length > 0 && arePatient && sliceState() !== 'none' && !isLate()) arm();
  else flush();
}

function flush(): void {
  const parcels = waiting;
  waiting = [];
  arePatient = true;
  for (const { response, body, encoding } of parcels) response.end(body, encoding);
}

beforeSlices(() => {
  hasLeft = false;
  if (!arePatient || sliceState() === 'none') flush();
});
