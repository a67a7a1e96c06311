/** A guarded read now and then, beside whatever else the server does. */
import { quantile, sleep } from './figures.mjs';
import { bodyOf, graphqlBytes, openLane } from './wire.mjs';

const ME = '{ me { id email roles } }';
/** Milliseconds between two reads, a few at a time. */
const PAUSE = 4;
const LANES = 2;

/** Answers a function that reads until the promise settles, and answers milliseconds: `{ p50, p99, count }`. */
export function createReader(port, tokens) {
  const requests = tokens.map((token) => graphqlBytes(ME, undefined, token));
  let sent = 0;

  async function read(lane, times) {
    const started = performance.now();
    const answer = await lane.ask(requests[sent++ % requests.length]);
    times.push(performance.now() - started);
    if (!bodyOf(answer).includes('"email":')) throw new Error(`A guarded read got: ${answer}`);
  }

  return async function run(until) {
    const lanes = await Promise.all(Array.from({ length: LANES }, () => openLane(port)));
    const times = [];
    let running = true;
    const ended = until.finally(() => (running = false));
    const loop = async (lane, index) => {
      await sleep((PAUSE * index) / LANES);
      while (running) {
        await read(lane, times);
        await sleep(PAUSE * (0.5 + Math.random()));
      }
    };
    await Promise.all([ended, ...lanes.map(loop)]);
    lanes.forEach((lane) => lane.close());
    return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), count: times.length };
  };
}
