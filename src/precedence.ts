/**
 * Queries go before what changes something. One event loop does everything in the order in which it comes, so that a
 * query that takes 0.1 ms would wait for all mutations that came a moment before it, and for all whose commit has just
 * reached the disk. While queries come, such work is done in slices, one in each turn of the loop, and between two of
 * them the queries that have come meanwhile are answered. Where no queries come, nothing waits. All servers and stores
 * of a process share its loop, and this.
 */

/** Milliseconds for which a query is remembered. */
const MEMORY = 100;
/** Milliseconds of a slice, at least. What has begun is not stopped. */
const SLICE = 0.1;
/** The part of the time that slices have, at least: queries that never end keep nobody waiting for ever. */
const SHARE = 1 / 3;
/**
 * Milliseconds. A slice grows with the square of the longest wait, divided by this: 0.2 ms after a wait of 5 ms. Short
 * ones are dear where much waits.
 */
const PATIENCE = 100;
/** Milliseconds to which a slice grows so. */
const GROWN = 1;

type Task = () => void;

const tasks: { readonly task: Task; readonly since: number }[] = [];
const hooks: Task[] = [];
let state: 'none' | 'due' | 'running' = 'none';
/** When, by `performance.now()`. */
let lastQuery = -Infinity;
let lastSlice = 0;
let end = 0;

/** To be called for each query that is known to be one when it comes. */
export function queryCame(): void {
  lastQuery = performance.now();
}

/** Runs `task` now if no query came lately, and in one of the next slices if some did. Those that wait keep their order. */
export function afterQueries(task: Task): void {
  const since = performance.now();
  if (state === 'none' && since - lastQuery > MEMORY) {
    task();
    return;
  }
  tasks.push({ task, since });
  if (state !== 'none') return;
  lastSlice = since;
  announce();
  giveWay();
}

/** `none`: nothing waits; `due`: what is being done now overtakes what waits; `running`: it is being done. */
export const sliceState = (): typeof state => state;

/** Calls `hook` before each slice, after the last, and before anything else that takes as long: to send what is ready. */
export function beforeSlices(hook: Task): void {
  hooks.push(hook);
}

/** To be called before work that takes long and cannot be divided. */
export function giveWay(): void {
  for (const hook of hooks) hook();
}

function announce(): void {
  state = 'due';
  setImmediate(begin);
}

function begin(): void {
  giveWay();
  state = 'running';
  const now = performance.now();
  const others = now - lastSlice;
  const wait = now - (tasks[0] as { since: number }).since;
  const share = (others * SHARE) / (1 - SHARE);
  end = now + Math.max(SLICE, share, Math.min(wait ** 2 / PATIENCE, GROWN));
  step();
}

function step(): void {
  try {
    tasks.shift()?.task();
  } finally {
    // After all promises have been served that were waiting for it: Node does that before it looks for ticks again.
    queueMicrotask(() => process.nextTick(goOn));
  }
}

function goOn(): void {
  const now = performance.now();
  if (tasks.length > 0 && now < end) {
    step();
    return;
  }
  lastSlice = now;
  state = 'none';
  if (tasks.length > 0) announce();
  else giveWay();
}
