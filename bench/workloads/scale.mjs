import { ours } from '../contenders/refresh.mjs';
import { createChains } from './parts/chains.mjs';
import { quotientOf, rowOf } from './parts/figures.mjs';
import { onLoadCore } from './parts/machine.mjs';
import { accessTokenOf, folder, makeSessions } from './parts/sessions.mjs';
import { flood, graphqlBytes } from './parts/wire.mjs';
import { cpuTime } from '../harness/cpu.mjs';

/** Users, with a session each; `BENCH_SCALE=10000,100000` for a shorter run. */
const [SMALL, LARGE] = (process.env.BENCH_SCALE ?? '10000,1000000').split(',').map(Number);
const CHAINS = 64;
/** Enough that the rows of a large table do not all lie on pages that are warm. */
const TOKENS = 5000;
const ME = '{ me { id email roles } }';

export const scale = {
  name: 'scale',
  title: 'Users and sessions',
  about: `The same server on SQLite files of ${SMALL.toLocaleString('en')} and of ${LARGE.toLocaleString('en')} users with a session each. The value is processor time a request, which is what the number of rows can change.`,
  type: 'own',
  baseline: 'small',
  targets: ['read', 'refresh'].map((what) => ({
    text: `a ${what} on the large file`,
    of: (rows) => quotientOf(rows, `${what}-large`, `${what}-small`),
    unit: '×',
    atMost: 1.15,
  })),
  run: ({ rounds, seconds, warmup }) =>
    onLoadCore(async () => {
      const opened = [];
      try {
        for (const [size, count] of Object.entries({ small: SMALL, large: LARGE })) {
          opened.push(await open(size, count));
        }
        return await measure(opened, { rounds, seconds, warmup });
      } finally {
        for (const { server, place } of opened) {
          await server?.stop();
          place.remove();
        }
      }
    }),
};

async function open(size, count) {
  const place = folder();
  const file = `${place.path}/${size}.db`;
  const sessions = await makeSessions(file, count, { keep: TOKENS + CHAINS });
  const world = { path: place.path, file, sessions: sessions.slice(0, CHAINS) };
  const server = await ours.start(world);
  const reads = sessions
    .slice(CHAINS)
    .map((session) => graphqlBytes(ME, undefined, accessTokenOf(session)));
  let sent = 0;
  const read = async (seconds) => {
    const before = cpuTime(server.pid);
    const { times } = await flood({
      ...{ port: server.port, count: 32, seconds },
      requestOf: () => reads[sent++ % reads.length],
      check: (answer) => answer.includes('"email":'),
    });
    return { value: (cpuTime(server.pid) - before) / times.length };
  };
  const chains = createChains(ours, server, ours.firstTokens(world));
  const refresh = async (seconds) => ({ value: (await chains(seconds)).cpu });
  return {
    place,
    server,
    size,
    count,
    steps: { read, refresh },
    measured: { read: [], refresh: [] },
  };
}

async function measure(opened, { rounds, seconds, warmup }) {
  for (let round = -1; round < rounds; round++) {
    for (const what of ['read', 'refresh']) {
      for (const { steps, measured } of round % 2 === 0 ? opened : [...opened].reverse()) {
        const value = await steps[what](round < 0 ? warmup : seconds);
        if (round >= 0) measured[what].push(value);
      }
    }
  }
  return ['read', 'refresh'].flatMap((what) =>
    opened.map(({ size, count, measured }) =>
      rowOf(
        `${what}-${size}`,
        `${what}, ${count.toLocaleString('en')} users`,
        'µs of CPU',
        measured[what],
        {
          base: opened[0].measured[what],
          lowerIsBetter: true,
        },
      ),
    ),
  );
}
