/**
 * node bench/workers/main.mjs [sqlite|postgres] [--seconds 4] [--rounds 3] [--workers 1,2]
 * Guarded reads and refreshes a second of `gatehouse serve --workers N`, and what each costs. Needs `npm run build`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLane } from './lane.mjs';
import { openSessions, startWorkers } from './server.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '32' },
    workers: { type: 'string', default: defaultCounts().join() },
  },
});
const engines = positionals.length > 0 ? positionals : ['sqlite', 'postgres'];
const [seconds, rounds, connections] = [values.seconds, values.rounds, values.connections].map(
  Number,
);
const counts = values.workers.split(',').map(Number);
const READ = '{ me { id email roles } }';
const refresh = (token) =>
  `mutation { refreshToken(input: { refreshToken: "${token}" }) { accessToken refreshToken } }`;

/** 1, 2, 4, … up to the cores, and two at least. */
function defaultCounts() {
  const all = [1, 2];
  while (all.at(-1) * 2 <= availableParallelism()) all.push(all.at(-1) * 2);
  return all;
}

const read = (lane, pair) => lane.ask(READ, pair.accessToken);
async function renew(lane, pair) {
  const answer = await lane.ask(refresh(pair.refreshToken));
  Object.assign(pair, JSON.parse(answer).data?.refreshToken ?? {});
  return answer;
}

/** For each connection what it asks; the times of those that are named are kept. */
const workloads = {
  read: { askOf: () => read, counts: read },
  refresh: { askOf: () => renew, counts: renew },
  'read beside refreshes': {
    askOf: (index) => (index % 4 === 0 ? read : renew),
    counts: read,
  },
};

/** Of one cell of the table: throughput of all requests, times of those that count. */
async function measure({ url, cpu, pairs }, { askOf, counts: counted }, time) {
  const lanes = pairs.map(() => openLane(url));
  // Each on its connection, whoever comes first: workers are chosen in turn.
  for (const [index, lane] of lanes.entries()) await read(lane, pairs[index]);
  const [times, before, own] = [[], cpu(), process.cpuUsage()];
  let requests = 0;
  const start = performance.now();
  const end = start + time * 1000;
  await Promise.all(
    lanes.map(async (lane, index) => {
      const ask = askOf(index);
      while (performance.now() < end) {
        const asked = performance.now();
        const answer = await ask(lane, pairs[index]);
        if (answer.includes('"errors"')) throw new Error(answer);
        requests += 1;
        if (ask === counted) times.push(performance.now() - asked);
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(own);
  lanes.forEach((lane) => lane.close());
  times.sort((a, b) => a - b);
  return {
    perSecond: requests / elapsed,
    cpu: (cpu() - before) / requests,
    ownCpu: (user + system) / requests,
    p50: times[Math.floor(times.length * 0.5)],
    p99: times[Math.floor(times.length * 0.99)],
  };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function databases(engine) {
  if (engine === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-workers-'));
    return {
      of: (count) => join(folder, `${count}.db`),
      end: () => rmSync(folder, { recursive: true }),
    };
  }
  const { startPostgres } = await import('../scale/server.mjs');
  const { url, stop } = await startPostgres();
  return { of: (count) => `${url}?schema=workers_${count}`, end: stop };
}

console.log(
  `Node ${process.version}, ${availableParallelism()} cores, ${connections} connections, ${rounds} rounds of ${seconds} s\n`,
);
for (const engine of engines) {
  const { of, end } = await databases(engine);
  const servers = [];
  for (const count of counts) {
    const server = await startWorkers(count, of(count));
    servers.push({ ...server, count, pairs: await openSessions(server.url, connections) });
  }
  console.log(
    `| ${engine}: workload | workers | a second (min to max) | for each worker more | p50, ms | p99, ms | CPU µs a request | of the program that asks |`,
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const [name, workload] of Object.entries(workloads)) {
    const results = servers.map(() => []);
    for (const server of servers) await measure(server, workload, 1);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, server] of servers.entries()) {
        results[index].push(await measure(server, workload, seconds));
      }
    }
    const middle = (index, what) => median(results[index].map((result) => result[what]));
    for (const [index, { count }] of servers.entries()) {
      const all = results[index].map(({ perSecond }) => perSecond);
      const more =
        index === 0
          ? ''
          : `${Math.round((middle(index, 'perSecond') / middle(0, 'perSecond') - 1) * (100 / (count - servers[0].count)))} %`;
      console.log(
        `| ${name} | ${count} | ${Math.round(median(all))} (${Math.round(Math.min(...all))} to ${Math.round(Math.max(...all))}) | ${more} | ${middle(index, 'p50').toFixed(1)} | ${middle(index, 'p99').toFixed(1)} | ${Math.round(middle(index, 'cpu'))} | ${Math.round(middle(index, 'ownCpu'))} |`,
      );
    }
  }
  for (const { count, memory } of servers) {
    console.log(
      `Memory with ${count}: ${memory()
        .map((size) => `${Math.round(size)} MB`)
        .join(' + ')}`,
    );
  }
  console.log('');
  await Promise.all(servers.map((server) => server.stop()));
  await end();
}
