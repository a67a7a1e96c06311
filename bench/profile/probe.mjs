/** Loaded into the server before its own code: answers what the benchmarks ask over the channel of the child process. */
import { createHook } from 'node:async_hooks';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { driver } from '../../.modules/store/sqlite/driver.js';
import { ofRepository } from '../harness/ofRepository.mjs';

// Another copy would have prototypes of its own.
const Database = ofRepository(driver);

// Whoever asks has gone, and with them all reason to go on.
process.once('disconnect', () => process.exit());

const session = new Session();
session.connect();
const post = (method, parameters = {}) =>
  new Promise((resolve, reject) =>
    session.post(method, parameters, (error, result) => (error ? reject(error) : resolve(result))),
  );

let collections = 0;
new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({
  entryTypes: ['gc'],
});

const counts = { promises: 0, statements: 0 };
const promises = createHook({
  init(_id, type) {
    if (type === 'PROMISE') counts.promises += 1;
  },
});

/** Every prepared statement has the prototype of this one. */
const statement = Object.getPrototypeOf(new Database(':memory:').prepare('SELECT 1'));
const own = { get: statement.get, all: statement.all, run: statement.run };

// Calls are counted from the first on.
if (process.env['BENCH_COUNTS_WORK'] === '1') {
  await post('Profiler.enable');
  await post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
}

const commands = {
  cpu: () => process.cpuUsage(),
  collect: () => globalThis.gc(),
  heap: async () => {
    const used = getHeapStatistics().used_heap_size;
    // What was collected is told a turn of the event loop later.
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { used, collections };
  },

  startCounting() {
    counts.promises = counts.statements = 0;
    promises.enable();
    for (const [name, method] of Object.entries(own)) {
      statement[name] = function (...values) {
        counts.statements += 1;
        return method.apply(this, values);
      };
    }
  },
  stopCounting() {
    promises.disable();
    Object.assign(statement, own);
    return { ...counts };
  },

  async startWork() {
    await post('Profiler.takePreciseCoverage');
  },
  /** Node's own code counts too, this file's does not. */
  async stopWork() {
    const { result } = await post('Profiler.takePreciseCoverage');
    let calls = 0;
    for (const { url, functions } of result) {
      if (url === import.meta.url) continue;
      for (const { ranges } of functions) calls += ranges[0].count;
    }
    return calls;
  },

  async startCpuProfile({ interval }) {
    await post('Profiler.enable');
    await post('Profiler.setSamplingInterval', { interval });
    await post('Profiler.start');
  },
  async stopCpuProfile({ file }) {
    const { profile } = await post('Profiler.stop');
    await post('Profiler.disable');
    writeFileSync(file, JSON.stringify(profile));
  },
  startHeapProfile: ({ interval }) =>
    post('HeapProfiler.startSampling', {
      samplingInterval: interval,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    }),
  async stopHeapProfile({ file }) {
    const { profile } = await post('HeapProfiler.stopSampling');
    writeFileSync(file, JSON.stringify(profile));
  },
};

process.on('message', async ({ id, name, parameters }) => {
  try {
    process.send({ id, result: await commands[name](parameters ?? {}) });
  } catch (error) {
    process.send({ id, error: String(error) });
  }
});
process.channel.unref();
