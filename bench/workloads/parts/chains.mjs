/** Sessions that refresh without end: each chain asks with the token that its last answer gave. */
import { cpuTime } from '../../harness/cpu.mjs';
import { quantile, sleep } from './figures.mjs';
import { bodyOf, openLane } from './wire.mjs';

/**
 * A chain for each token, on a running contender. They go on from round to round, each time on sockets of their own:
 * servers close those that are idle for long. `run(seconds, pause)`: each waits so many milliseconds (none by default)
 * from the start of one request to that of the next, on the average. They come as people do who know nothing of each
 * other (a Poisson process): with pauses of one length, all that were once answered together come together for ever.
 */
export function createChains(contender, server, tokens) {
  const latest = [...tokens];

  return async function run(seconds, pause = 0) {
    const lanes = await Promise.all(tokens.map(() => openLane(server.port)));
    const times = [];
    const cpu = cpuTime(server.pid);
    const began = performance.now();
    const end = began + seconds * 1000;
    const chain = async (lane, index) => {
      if (pause > 0) await sleep((pause * index) / lanes.length);
      for (let at = performance.now(); at < end; at = performance.now()) {
        latest[index] = await step(contender, lane, latest[index]);
        const taken = performance.now() - at;
        times.push(taken);
        const rest = -Math.log(1 - Math.random()) * pause - taken;
        if (rest > 0) await sleep(rest);
      }
    };
    await Promise.all(lanes.map(chain));
    lanes.forEach((lane) => lane.close());
    const elapsed = (performance.now() - began) / 1000;
    return {
      value: times.length / elapsed,
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      cpu: (cpuTime(server.pid) - cpu) / times.length,
    };
  };
}

async function step(contender, lane, token) {
  const answer = await lane.ask(contender.request(token));
  try {
    const next = contender.tokenOf(bodyOf(answer));
    if (typeof next !== 'string' || next === token) throw new TypeError('There is no new token.');
    return next;
  } catch (cause) {
    throw new Error(`${contender.title} answered: ${answer}`, { cause });
  }
}
