import { createHmac, randomBytes } from 'node:crypto';
import { ours } from '../contenders/refresh.mjs';
import { anonymousMemory, onLoadCore } from './parts/machine.mjs';
import { rowOf, sleep, valueOf } from './parts/figures.mjs';
import { accessTokenOf, folder, makeSessions } from './parts/sessions.mjs';
import { flood, graphqlBytes } from './parts/wire.mjs';

/** Of each kind; `BENCH_MEMORY=100000` for a shorter run. */
const COUNT = Number(process.env.BENCH_MEMORY ?? 1_000_000);
const STEADY = Math.min(COUNT, 100_000);
const LANES = 32;
const MIB = 1024 * 1024;
const ME = '{ me { id email roles } }';

export const memory = {
  name: 'memory',
  title: 'Memory',
  about:
    `${COUNT.toLocaleString('en')} distinct bad tokens, then as many distinct documents, through a real port. Steady state ` +
    `is what the process holds after ${STEADY.toLocaleString('en')} good reads of one document. Anonymous resident memory; no collection is forced.`,
  type: 'own',
  baseline: 'steady',
  targets: ['tokens', 'documents'].map((name) => ({
    text: `above steady state after the ${name}`,
    of: (rows) => valueOf(rows, name) - valueOf(rows, 'steady'),
    unit: 'MiB',
    atMost: 50,
  })),
  run: ({ log }) =>
    onLoadCore(async () => {
      const place = folder();
      const file = `${place.path}/memory.db`;
      const sessions = await makeSessions(file, 1000);
      const server = await ours.start({ path: place.path, file });
      try {
        return await measure(server, sessions, log);
      } finally {
        await server.stop();
        place.remove();
      }
    }),
};

async function measure(server, sessions, log) {
  const good = sessions.map((session) => graphqlBytes(ME, undefined, accessTokenOf(session)));
  const ask = async (count, requestOf, word) => {
    await flood({
      port: server.port,
      count: LANES,
      total: count,
      requestOf,
      check: (answer) => answer.includes(word),
    });
    await sleep(2000);
    const value = anonymousMemory(server.pid) / MIB;
    log(`${count} asked, ${value.toFixed(0)} MiB`);
    return value;
  };
  const steady = await ask(STEADY, (n) => good[n % good.length], '"email":');
  const key = randomBytes(32);
  const token = accessTokenOf(sessions[0]).split('.').slice(0, 2).join('.');
  const badToken = (n) =>
    `${token}.${createHmac('sha256', key).update(String(n)).digest('base64url')}`;
  const tokens = await ask(COUNT, (n) => graphqlBytes(ME, undefined, badToken(n)), 'TOKEN_INVALID');
  const documents = await ask(
    COUNT,
    (n) =>
      graphqlBytes(`query Q${n} ${ME}`, undefined, accessTokenOf(sessions[n % sessions.length])),
    '"email":',
  );
  const row = (name, title, value) =>
    rowOf(name, title, 'MiB', [{ value }], { lowerIsBetter: true });
  return [
    row('steady', 'steady state', steady),
    row('tokens', 'after distinct bad tokens', tokens),
    row('documents', 'after distinct documents', documents),
  ];
}
