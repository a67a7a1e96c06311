import { hash } from '@node-rs/argon2';
import { betterAuth, ours, startHash } from '../contenders/signIn.mjs';
import { startBeside } from './parts/beside.mjs';
import { quotientOf, rowOf, valueOf } from './parts/figures.mjs';
import { accessTokenOf, folder, makeSessions } from './parts/sessions.mjs';
import { flood } from './parts/wire.mjs';

const PARALLEL = 100;
/** Accounts that only read: of those that log in again and again, the oldest sessions end. */
const READERS = 32;
/** A login is rare beside its cost: so long it takes until the code of one is compiled, which a hash alone need not wait for. */
const WARM_UP_SECONDS = 20;
const PASSWORD = 'correct horse battery staple';
/** What `gatehouse serve` hashes with. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, algorithm: 2 };

export const login = {
  name: 'login',
  title: 'Login',
  about:
    `${PARALLEL} people log in at a time, on all cores, an address each. The baseline is the hash function alone on all ` +
    'cores (`@node-rs/argon2`, argon2id, 19 MiB, 2 passes). The read beside them is `{ me { id email roles } }`; the ' +
    'constant is that of a `node:http` which does nothing else, beside the same logins to Gatehouse.',
  type: 'own',
  baseline: 'hash',
  targets: [
    {
      text: '≥ 0.9 × the bare hash function',
      of: (rows) => quotientOf(rows, 'gatehouse', 'hash'),
      unit: '×',
      atLeast: 0.9,
    },
    {
      text: `p99 of a guarded read beside ${PARALLEL} logins, ≤ 25 ms`,
      of: (rows) => valueOf(rows, 'read-busy'),
      unit: 'ms',
      atMost: 25,
    },
    {
      text: `p99 of a guarded read beside ${PARALLEL} logins, ≤ 4 × idle`,
      of: (rows) => quotientOf(rows, 'read-busy', 'read-idle'),
      unit: '×',
      atMost: 4,
    },
  ],
  async run({ rounds, seconds }) {
    const place = folder();
    const servers = [];
    try {
      const passwordHash = await hash(PASSWORD, COST);
      const file = `${place.path}/login.db`;
      const made = await makeSessions(file, PARALLEL + READERS, { passwordHash });
      const world = {
        ...{ path: place.path, file, password: PASSWORD },
        emails: made.map(({ email }) => email),
      };
      const start = async (starting) => {
        const server = await starting;
        servers.push(server);
        return server;
      };
      const own = await start(ours.start(world));
      const other = await start(betterAuth.start(world));
      const bare = await start(startHash(passwordHash, PASSWORD));
      const tokens = made.slice(PARALLEL).map((session) => accessTokenOf(session));
      return await measure({ world, own, other, bare, tokens, rounds, seconds });
    } finally {
      for (const server of servers) await server.stop();
      place.remove();
    }
  },
};

async function measure({ world, own, other, bare, tokens, rounds, seconds }) {
  const logins = (contender, server, time = seconds) =>
    flood({
      ...{ port: server.port, count: PARALLEL, seconds: time },
      requestOf: (n) => contender.request(world, n % PARALLEL),
      check: contender.isIn,
    });
  const hashes = async () => ({
    value: Number(await (await fetch(`${bare.url}?seconds=${seconds}`)).text()),
  });
  const beside = await startBeside({ port: own.port, tokens, core: null });
  const rows = { hash: [], own: [], other: [] };
  try {
    await Promise.all([logins(ours, own, WARM_UP_SECONDS), beside.warmUp()]);
    for (let round = 0; round < rounds; round++) {
      rows.hash.push(await hashes());
      rows.own.push(await logins(ours, own));
      await beside.round(seconds, (time) => logins(ours, own, time));
      rows.other.push(await logins(betterAuth, other));
    }
  } finally {
    await beside.stop();
  }
  const base = rows.hash;
  return [
    rowOf('hash', 'the hash function alone', 'logins/s', rows.hash, { base }),
    rowOf(ours.name, ours.title, 'logins/s', rows.own, { base }),
    rowOf(betterAuth.name, betterAuth.title, 'logins/s', rows.other, { base }),
    ...beside.rows(`${PARALLEL} logins`),
  ];
}
