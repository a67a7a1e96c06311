/** What one request costs in things that can be counted, and come out the same on a machine that is busy. */
import { startGatehouse } from '../profile/child.mjs';
import { openClient } from '../profile/client.mjs';

/** More than twice as many as there are tokens: one is kept from its second time on. By then every function is compiled. */
const WARM_UP = 2200;
const REQUESTS = 200;
const ROUNDS = 3;

// When a function is optimised depends on the clock, and it then allocates less: nothing is optimised here. And the
// young generation is so large that nothing is collected while it is measured.
const flags = ['--no-opt', '--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];
const counting = { BENCH_COUNTS_WORK: '1' };

/** One connection: requests that share a turn of the event loop would share work. */
export async function measure({ title, prepare, part = 1, env }, world) {
  const [warmUp, requests] = [WARM_UP * part, REQUESTS * part];
  const server = await startGatehouse(world, { flags, env: { ...counting, ...env }, pin: false });
  const client = await openClient(server.url);
  try {
    const { next, check } = prepare(world, warmUp + (ROUNDS + 2) * requests);
    const run = () => client.run(requests, next, check);
    await client.run(warmUp, next, check);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await allocated(server, run));
    if (rounds.includes(null)) throw new Error(`${title} allocates more than can be counted here.`);
    await server.ask('startCounting');
    await run();
    const counted = await server.ask('stopCounting');
    await server.ask('startWork');
    await run();
    const calls = await server.ask('stopWork');
    const each = (count) => Number((count / requests).toFixed(1));
    return {
      allocatedBytes: Math.round(median(rounds) / requests),
      functionCalls: Math.round(calls / requests),
      promises: each(counted.promises),
      statements: each(counted.statements),
    };
  } finally {
    client.close();
    await server.stop();
  }
}

/** Bytes; null where something was collected meanwhile. */
async function allocated(server, run) {
  await server.ask('collect');
  const before = await server.ask('heap');
  await run();
  const after = await server.ask('heap');
  return after.collections === before.collections ? after.used - before.used : null;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
