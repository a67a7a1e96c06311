import { contenders as registry } from '../contenders.mjs';
import { check } from './check.mjs';
import { load } from './load.mjs';
import { startProcess } from './process.mjs';
import { median, spread } from './stats.mjs';

/** Above this the load generator itself may be what is measured. */
const BUSY = 0.9;

const WARMUP_REQUESTS = 20_000;

/**
 * Runs a workload of type `load`: in each round every contender once, each in a fresh process, in an order that turns,
 * so that what disturbs the machine disturbs them alike. Ratios are those of one round.
 */
export async function runLoad(workload, world, { rounds, seconds, warmup, names, log }) {
  const warming = { warmup, warmupRequests: WARMUP_REQUESTS };
  const { checks, load: job } = await workload.prepare(world, { seconds, ...warming });
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of turned(names, round)) {
      const contender = registry[name];
      const server = await startProcess(contender.start(world));
      try {
        for (const each of round === 0 ? checks : []) {
          await check(name, contender, server.url, each);
        }
        const { url, pid } = server;
        const result = await load({ ...job, url, pid, seconds, ...warming });
        results[name].push(result);
        log(`${workload.name} ${round + 1}/${rounds} ${name}: ${lineOf(result)}`);
      } finally {
        await server.stop();
      }
    }
  }
  return names.map((name) => rowOf(name, results[name], results[workload.baseline]));
}

const turned = (names, by) => names.map((_, index) => names[(index + by) % names.length]);

const lineOf = ({ rate, p50, p99, cpu, loadShare }) =>
  [
    `${Math.round(rate)}/s`,
    `p50 ${p50.toFixed(2)} ms`,
    `p99 ${p99.toFixed(2)} ms`,
    ...(cpu === null ? [] : [`${cpu.toFixed(1)} µs`]),
    ...(loadShare > BUSY ? [`the load generator was busy ${Math.round(loadShare * 100)} %`] : []),
  ].join(', ');

function rowOf(name, results, baseline) {
  const of = (key) => results.map((result) => result[key]);
  const known = results.every(({ cpu }) => cpu !== null);
  return {
    contender: name,
    title: registry[name].title,
    unit: 'requests/s',
    value: spread(of('rate')),
    p50: median(of('p50')),
    p99: median(of('p99')),
    cpu: known ? median(of('cpu')) : null,
    loadShare: Math.max(...of('loadShare')),
    ratio:
      baseline && baseline.length > 0
        ? spread(results.map(({ rate }, round) => rate / baseline[round].rate))
        : null,
    rates: of('rate'),
  };
}
