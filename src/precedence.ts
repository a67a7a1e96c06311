/**
 * Queries go before what changes something. One event loop does everything in the order in which it comes, so that a
 * query that takes 0.1 ms would wait for all mutations that came a moment before it, and for all whose commit has just
 * reached the disk. While queries come, such work is done in slices, and between two of them the queries that have come
 * meanwhile are answered. Where no queries come, nothing waits.
 */

/** Milliseconds for which a query is remembered. */
const MEMORY = 100;
/** Milliseconds of a slice, at least. What has begun is not stopped. */
const SLICE = 0.1;
/** The part of the time that slices have, at least: queries that never end keep nobody waiting for ever. */
const SHARE = 1 / 5;
/** The part of its own waiting time that the longest waiting task makes a slice long. */
const IMPATIENCE = 1 / 20;
/** Tasks in a slice, at most. */
const MOST = 64;

type Task = () => void;

const tasks: { readonly task: Task; readonly since: number }[] = [];
const hooks: Task[] = [];
let isSliceDue = false;
let isInSlice = false;
/** When, by `performance.now()`. */
let lastQuery = -Infinity;
let lastSlice = 0;
let end = 0;

/** To be called for each query that comes. */
export function queryCame(): void {
  lastQuery = performance.now();
}

/**
 * Runs `task` now if no query came lately, and in one of the next slices if some did. Those that wait keep their order.
 * It must not throw.
 */
export function inTurn(task: Task): void {
  const since = performance.now();
  if (!isSliceDue && since - lastQuery > MEMORY) {
    task();
    return;
  }
  tasks.push({ task, since });
  if (isSliceDue) return;
  giveWay();
  lastSlice = since;
  announce();
}

/** `none`: nothing waits; `queries`: what is being done now has overtaken others; `slice`: it is their turn. */
export const currentTurn = (): 'none' | 'queries' | 'slice' =>
  isInSlice ? 'slice' : isSliceDue ? 'queries' : 'none';

/** Calls `hook` before each slice, and before anything else that takes as long: to send what is ready. */
export function beforeSlices(hook: Task): void {
  hooks.push(hook);
}

/** To be called before work that takes long and cannot be divided. */
export function giveWay(): void {
  for (const hook of hooks) hook();
}

/** Each task in a callback of its own: after each, Node lets go on whoever waited for it. */
function announce(): void {
  isSliceDue = true;
  for (let n = Math.min(MOST, tasks.length); n > 0; n--) setImmediate(next);
  setImmediate(finish);
}

function next(): void {
  const now = performance.now();
  if (!isInSlice) {
    isInSlice = true;
    giveWay();
    const others = now - lastSlice;
    const wait = now - (tasks[0]?.since ?? now);
    end = now + Math.max(SLICE, (others * SHARE) / (1 - SHARE), wait * IMPATIENCE);
  }
  if (now < end) tasks.shift()?.task();
}

function finish(): void {
  lastSlice = performance.now();
  isInSlice = isSliceDue = false;
  if (tasks.length > 0) announce();
}
