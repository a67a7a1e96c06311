/** Sessions that refresh without end: each chain asks with the token that its last answer gave. */
import { median } from './figures.mjs';
import { cpuOf } from './machine.mjs';
import { bodyOf, openLane } from './wire.mjs';

/** Opens a lane for each chain of a running contender. Tokens live on from round to round. */
export async function openChains(contender, server, tokens) {
  const lanes = await Promise.all(tokens.map(() => openLane(server.port)));
  const latest = [...tokens];
  return {
    /** Runs all chains for so long. Answers rate, processor time a request, and milliseconds a request. */
    async run(milliseconds) {
      const times = [];
      const end = performance.now() + milliseconds;
      const cpu = cpuOf(server.pid);
      const began = performance.now();
      await Promise.all(
        lanes.map(async (lane, index) => {
          for (let at = performance.now(); at < end; ) {
            latest[index] = await step(contender, lane, latest[index]);
            const now = performance.now();
            times.push(now - at);
            at = now;
          }
        }),
      );
      const seconds = (performance.now() - began) / 1000;
      return {
        rate: times.length / seconds,
        cpu: (cpuOf(server.pid) - cpu) / times.length,
        latency: median(times),
      };
    },
    close: () => lanes.forEach((lane) => lane.close()),
  };
}

async function step(contender, lane, token) {
  const answer = await lane.ask(contender.request(token));
  try {
    const next = contender.tokenOf(bodyOf(answer));
    if (typeof next !== 'string' || next === token) throw new TypeError('There is no new token.');
    return next;
  } catch (cause) {
    throw new Error(`${contender.name} answered: ${answer}`, { cause });
  }
}
