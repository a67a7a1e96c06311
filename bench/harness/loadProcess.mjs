import { Client } from 'undici';
import { cpuTime } from './cpu.mjs';
import { quantile } from './stats.mjs';

process.once('message', async (job) => {
  const result = await run(job).catch((error) => ({ error: error.stack }));
  process.send(result, () => process.exit());
});

async function run({ url, pid, connections, warmup, warmupRequests, seconds, source, options }) {
  const { origin, pathname: path } = new URL(url);
  const { createSource } = await import(source);
  const requests = await createSource(options);
  const times = [];
  let measuring = false;
  let stopped = false;
  let hasRun = false;
  let answered = 0;

  const lane = (number) => {
    const client = new Client(origin, { pipelining: 1 });
    return new Promise((resolve, reject) => {
      const next = () => {
        const request = stopped ? null : requests.next(number);
        if (request === null) {
          hasRun = true;
          client.close().then(resolve, reject);
          return;
        }
        const { headers, body } = request;
        const started = performance.now();
        const chunks = [];
        let status;
        client.dispatch(
          { path, method: 'POST', headers, body },
          {
            onRequestStart: () => undefined,
            onResponseStart: (_, code) => void (status = code),
            onResponseData: (_, chunk) => void chunks.push(chunk),
            onResponseEnd() {
              answered += 1;
              if (measuring) times.push(performance.now() - started);
              try {
                requests.check(request, status, chunks);
              } catch (error) {
                stopped = true;
                reject(error);
                return;
              }
              next();
            },
            onResponseError: (_, error) => reject(error),
          },
        );
      };
      next();
    });
  };

  const lanes = Promise.all(Array.from({ length: connections }, (_, number) => lane(number)));
  const wait = (time) => Promise.race([lanes, new Promise((go) => setTimeout(go, time * 1000))]);
  await wait(warmup);
  const patience = performance.now() + 4000 * warmup;
  while (answered < warmupRequests && !hasRun && performance.now() < patience) await wait(0.1);
  if (hasRun) throw new Error('The requests ran out before the warm-up was over.');
  const serverBefore = cpuTime(pid);
  const ownBefore = process.cpuUsage();
  const began = performance.now();
  measuring = true;
  await wait(seconds);
  measuring = false;
  const elapsed = (performance.now() - began) / 1000;
  const own = process.cpuUsage(ownBefore);
  const serverAfter = cpuTime(pid);
  stopped = true;
  await lanes;
  if (times.length === 0) throw new Error(`No request was answered within ${seconds} s.`);
  const cpu = serverBefore === null || serverAfter === null ? null : serverAfter - serverBefore;
  return {
    requests: times.length,
    rate: times.length / elapsed,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    cpu: cpu === null ? null : cpu / times.length,
    loadShare: (own.user + own.system) / 1e6 / elapsed,
  };
}
