import { createHmac, randomBytes } from 'node:crypto';
import { ours } from '../contenders/refresh.mjs';
import { rowOf, valueOf } from './parts/figures.mjs';
import { onLoadCore } from './parts/machine.mjs';
import { heapOf, watchMemory } from './parts/memory.mjs';
import { accessTokenOf, folder, makeSessions } from './parts/sessions.mjs';
import { flood, graphqlBytes } from './parts/wire.mjs';

/** Of each kind; `BENCH_MEMORY=100000` for a shorter run. */
const COUNT = Number(process.env.BENCH_MEMORY ?? 1_000_000);
/** Good reads before, over which the collector comes around several times. */
const STEADY = Math.min(COUNT, 100_000);
/** Of each kind for the heap, where each phase ends with a collection. */
const HEAP_COUNT = Math.min(COUNT, 50_000);
const LANES = 32;
const MIB = 1024 * 1024;
const ME = '{ me { id email roles } }';

export const memory = {
  name: 'memory',
  title: 'Memory',
  about:
    `${COUNT.toLocaleString('en')} distinct bad tokens, then as many distinct documents, through a real port. Resident memory is the ` +
    'highest anonymous memory within each phase, with no collection forced: the collector of Node lets the heap grow to ' +
    'four times of what is alive, so that a single moment says little. Steady state is the highest within ' +
    `${STEADY.toLocaleString('en')} good reads of one document. The heap is what is alive after a full collection, in a server of ` +
    `its own, after ${HEAP_COUNT.toLocaleString('en')} of each.`,
  type: 'own',
  baseline: 'steady',
  targets: ['', '-heap'].flatMap((kind) =>
    ['tokens', 'documents'].map((name) => ({
      text: `${kind === '' ? 'resident memory' : 'heap'} above steady state, ${name}`,
      of: (rows) => valueOf(rows, name + kind) - valueOf(rows, `steady${kind}`),
      unit: 'MiB',
      atMost: 50,
    })),
  ),
  run: ({ log }) =>
    onLoadCore(async () => {
      const place = folder();
      const file = `${place.path}/memory.db`;
      const sessions = await makeSessions(file, 1000);
      const within = async (nodeArgs, run) => {
        const server = await ours.start({ path: place.path, file, nodeArgs });
        try {
          return await run(server);
        } finally {
          await server.stop();
        }
      };
      try {
        return [
          ...(await within([], (server) => resident(server, sessions, log))),
          ...(await within(heapOf.nodeArgs, (server) => alive(server, sessions, log))),
        ];
      } finally {
        place.remove();
      }
    }),
};

async function resident(server, sessions, log) {
  const rows = [];
  for (const phase of phasesOf(sessions, { steady: STEADY, hostile: COUNT })) {
    const watch = watchMemory(server.pid);
    await ask(server, phase);
    rows.push(row(phase.name, `resident, ${phase.title}`, watch.end() / MIB, log));
  }
  return rows;
}

async function alive(server, sessions, log) {
  const rows = [];
  for (const phase of phasesOf(sessions, { steady: HEAP_COUNT, hostile: HEAP_COUNT })) {
    await ask(server, phase);
    const value = (await heapOf(server.pid)) / MIB;
    rows.push(row(`${phase.name}-heap`, `heap after collection, ${phase.title}`, value, log));
  }
  return rows;
}

function row(name, title, value, log) {
  log(`${title}: ${value.toFixed(1)} MiB`);
  return rowOf(name, title, 'MiB', [{ value }], { lowerIsBetter: true });
}

const ask = ({ port }, { total, requestOf, word }) =>
  flood({ port, count: LANES, total, requestOf, check: (answer) => answer.includes(word) });

function phasesOf(sessions, { steady, hostile }) {
  const tokens = sessions.map((session) => accessTokenOf(session, 3600));
  const good = tokens.map((token) => graphqlBytes(ME, undefined, token));
  const key = randomBytes(32);
  const signed = tokens[0].split('.').slice(0, 2).join('.');
  const badToken = (n) =>
    `${signed}.${createHmac('sha256', key).update(String(n)).digest('base64url')}`;
  return [
    {
      ...{ name: 'steady', title: 'steady state', total: steady, word: '"email":' },
      requestOf: (n) => good[n % good.length],
    },
    {
      ...{ name: 'tokens', title: 'distinct bad tokens', total: hostile, word: 'TOKEN_INVALID' },
      requestOf: (n) => graphqlBytes(ME, undefined, badToken(n)),
    },
    {
      ...{ name: 'documents', title: 'distinct documents', total: hostile, word: '"email":' },
      requestOf: (n) => graphqlBytes(`query Q${n} ${ME}`, undefined, tokens[n % tokens.length]),
    },
  ];
}
