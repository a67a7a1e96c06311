import { bare, commitAlone, oidcProvider, ours } from '../contenders/refresh.mjs';
import { startBeside } from './parts/beside.mjs';
import { createChains } from './parts/chains.mjs';
import { median, quotientOf, rowOf } from './parts/figures.mjs';
import { onLoadCore } from './parts/machine.mjs';
import { accessTokenOf, folder, makeSessions } from './parts/sessions.mjs';

const CHAINS = 64;
const READERS = 32;
const contenders = [bare, ours, commitAlone, oidcProvider];

export const refresh = {
  name: 'refresh',
  title: 'Refresh',
  about:
    `${CHAINS} sessions, each refreshing with the token it got last; an audit row each, and every answer after its ` +
    'change is on the disk. The read beside them is `{ me { id email roles } }`, 500 a second, while refreshes come at ' +
    'half the rate that was measured; the constant is that of a `node:http` which does nothing else, on the same core ' +
    'beside the same refreshes to Gatehouse.',
  type: 'own',
  baseline: 'bare',
  targets: [
    { against: 'bare', atLeast: 0.75 },
    { against: 'oidc-provider', atLeast: 8 },
    { against: 'alone', atLeast: 5 },
    {
      text: 'p99 of a guarded read beside refreshes, ≤ 2 × idle',
      of: (rows) => quotientOf(rows, 'read-busy', 'read-idle'),
      unit: '×',
      atMost: 2,
    },
  ],
  run: ({ rounds, seconds, warmup }) =>
    onLoadCore(async () => {
      const place = folder();
      try {
        const file = `${place.path}/seed.db`;
        const made = await makeSessions(file, CHAINS + READERS);
        const world = { path: place.path, file, sessions: made.slice(0, CHAINS) };
        const readers = made.slice(CHAINS).map((session) => accessTokenOf(session));
        return await measure(world, readers, { rounds, seconds, warmup });
      } finally {
        place.remove();
      }
    }),
};

async function measure(world, readers, options) {
  const running = [];
  try {
    return await alternate(world, readers, options, running);
  } finally {
    for (const { server } of running) await server.stop();
  }
}

async function alternate(world, readers, { rounds, seconds, warmup }, running) {
  for (const contender of contenders) {
    const server = await contender.start(world);
    const chains = createChains(contender, server, contender.firstTokens(world));
    running.push({ contender, server, chains, measured: [] });
  }
  for (const { chains } of running) await chains(warmup);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < running.length; turn++) {
      const { chains, measured } = running[(round + turn) % running.length];
      measured.push(await chains(seconds));
    }
  }
  const own = running.find(({ contender }) => contender === ours);
  const reads = await readBeside(own, readers, { rounds, seconds });
  const base = running[0].measured;
  return [
    ...running.map(({ contender, measured }) =>
      rowOf(contender.name, contender.title, 'refreshes/s', measured, { base }),
    ),
    ...reads,
  ];
}

async function readBeside({ server, chains, measured }, tokens, { rounds, seconds }) {
  const beside = await startBeside({ port: server.port, tokens, core: 0 });
  const pause = (2000 * CHAINS) / median(measured.map(({ value }) => value));
  try {
    await beside.warmUp();
    for (let round = 0; round < rounds; round++) {
      await beside.round(seconds, (time) => chains(time, pause));
    }
  } finally {
    await beside.stop();
  }
  return beside.rows('refreshes');
}
