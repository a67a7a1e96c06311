import { fileURLToPath } from 'node:url';
import { createAuth } from '../../dist/index.js';
import { cpuTime } from '../harness/cpu.mjs';
import { median, rowOf, valueOf } from './parts/figures.mjs';
import { apollo, apolloCompiled, query, served } from './parts/guardedServers.mjs';
import { onLoadCore, startServer } from './parts/machine.mjs';
import { accessTokenOf, folder, makeSessions, SECRET } from './parts/sessions.mjs';
import { bodyOf, flood, requestBytes } from './parts/wire.mjs';

const BATCH = 400;
/** Requests of a batch through a port, and what asks them at a time. */
const PORT_BATCH = 4000;
const LANES = 8;
/** Each round is a pair of batches; so many make the median steady where single ones are not. */
const PAIRS = 60;
/** Two processes of the same program differ by more than the guards cost: so many of each are started, one pair at a time. */
const STARTS = 9;
const PAIRS_OF_START = 6;

/** By what the names of their rows begin with. */
const titles = {
  '': 'Apollo Server',
  'compiled-': 'Apollo Server, compiled',
  'served-': 'served',
  'port-': 'Apollo Server on a port, compiled',
};

export const guardCost = {
  name: 'guard-cost',
  title: 'What guards cost',
  about:
    'The same query (50 rows, a guarded field, a guarded child) on the same schema with and without directives, on ' +
    'Apollo Server with `auth.guard`, `auth.context` and `auth.plugin`, there with `auth.plugins`, and through the engine of `gatehouse serve`, which ' +
    'compiles what comes again and writes the answer as JSON. These are batches of one process that alternate, without ' +
    'HTTP, beside which the share of the guards is smaller; the last three rows are whole requests, to two servers on a ' +
    `port, each started ${STARTS} times: the share is the median of the starts.`,
  type: 'own',
  baseline: 'open',
  targets: Object.entries(titles).map(([prefix, title]) => ({
    text: `guards add, ${title}`,
    of: (rows) => valueOf(rows, `${prefix}added`),
    unit: '%',
    atMost: 3,
  })),
  run: () =>
    onLoadCore(async () => {
      const place = folder();
      const database = `${place.path}/guards.db`;
      const [session] = await makeSessions(database, 1);
      const auth = createAuth({ database, jwt: { secretKey: SECRET } });
      try {
        await auth.ready;
        const headers = { authorization: `Bearer ${accessTokenOf(session)}` };
        return [
          ...(await within(await apollo(auth, headers), '')),
          ...(await within(await apolloCompiled(auth, headers), 'compiled-')),
          ...(await within(await served(auth, headers), 'served-')),
          ...(await onPorts(database, headers, 'port-')),
        ];
      } finally {
        await auth.close();
        place.remove();
      }
    }),
};

/** Batches for servers in this process: `ask.open` and `ask.guarded` throw where the answer is not whole. */
const inProcess = ({ ask, stop }) => ({
  stop,
  async batch(name) {
    const before = process.cpuUsage();
    for (let n = 0; n < BATCH; n++) await ask[name]();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / BATCH;
  },
});

/** The same of two servers in processes of their own. */
async function onPort(database, { authorization }) {
  const start = (guarded) =>
    startServer([fileURLToPath(new URL('parts/guardedPort.mjs', import.meta.url))], {
      env: { BENCH_DATABASE: database, BENCH_SECRET: SECRET, BENCH_GUARDED: guarded },
    });
  const servers = { open: await start('0'), guarded: await start('1') };
  const request = requestBytes({
    path: '/',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query }),
  });
  const check = (answer) => bodyOf(answer).split('"author"').length === 51;
  return {
    stop: () => Promise.all(Object.values(servers).map((server) => server.stop())),
    async batch(name) {
      const { port, pid } = servers[name];
      const before = cpuTime(pid);
      await flood({ port, count: LANES, total: PORT_BATCH, requestOf: () => request, check });
      return (cpuTime(pid) - before) / PORT_BATCH;
    },
  };
}

/** The median of pairs, one after the other in turn. */
async function within(servers, prefix) {
  const rounds = await measure(inProcess(servers), PAIRS);
  return rowsOf(prefix, rounds, [{ value: median(added(rounds)) }], 'median of pairs');
}

async function onPorts(database, headers, prefix) {
  const rounds = { open: [], guarded: [] };
  const shares = [];
  for (let start = 0; start < STARTS; start++) {
    const measured = await measure(await onPort(database, headers), PAIRS_OF_START);
    for (const name of ['open', 'guarded']) rounds[name].push(...measured[name]);
    shares.push({ value: median(added(measured)) });
  }
  return rowsOf(prefix, rounds, shares, 'median of starts');
}

/** What `batch('open')` and `batch('guarded')` cost, one after the other in turn. */
async function measure({ batch, stop }, pairs) {
  try {
    const rounds = { open: [], guarded: [] };
    for (const name of ['open', 'guarded', 'open', 'guarded']) await batch(name);
    for (let pair = 0; pair < pairs; pair++) {
      const order = pair % 2 === 0 ? ['open', 'guarded'] : ['guarded', 'open'];
      for (const name of order) rounds[name].push({ value: await batch(name) });
    }
    return rounds;
  } finally {
    await stop();
  }
}

/** Percent that guards add, by pair. */
const added = ({ open, guarded }) =>
  open.map(({ value }, pair) => (guarded[pair].value / value - 1) * 100);

function rowsOf(prefix, { open, guarded }, shares, how) {
  const row = (name, words, unit, values) =>
    rowOf(`${prefix}${name}`, `${titles[prefix]}, ${words}`, unit, values, { lowerIsBetter: true });
  return [
    row('open', 'without directives', 'µs of CPU', open),
    row('guarded', 'with directives', 'µs of CPU', guarded),
    row('added', `guards add (${how})`, '%', shares),
  ];
}
