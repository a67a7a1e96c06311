import { createAuth } from '../../dist/index.js';
import { median, rowOf, valueOf } from './parts/figures.mjs';
import { apollo, apolloCompiled, served } from './parts/guardedServers.mjs';
import { onLoadCore } from './parts/machine.mjs';
import { accessTokenOf, folder, makeSessions, SECRET } from './parts/sessions.mjs';

const BATCH = 400;
/** Each round is a pair of batches; so many make the median steady where single ones are not. */
const PAIRS = 60;

/** By what the names of their rows begin with. */
const titles = {
  '': 'Apollo Server',
  'compiled-': 'Apollo Server, compiled',
  'served-': 'served',
};

export const guardCost = {
  name: 'guard-cost',
  title: 'What guards cost',
  about:
    'The same query (50 rows, a guarded field, a guarded child) on the same schema with and without directives, on ' +
    'Apollo Server with `auth.guard`, `auth.context` and `auth.plugin`, there with `auth.plugins`, and through the engine of `gatehouse serve`, which ' +
    'compiles what comes again and writes the answer as JSON. Without HTTP, which would only make the share of the guards ' +
    'smaller; batches of one process that alternate.',
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
          ...(await measure(await apollo(auth, headers), '')),
          ...(await measure(await apolloCompiled(auth, headers), 'compiled-')),
          ...(await measure(await served(auth, headers), 'served-')),
        ];
      } finally {
        await auth.close();
        place.remove();
      }
    }),
};

/** `ask.open` and `ask.guarded` send one query and throw where the answer is not whole. */
async function measure({ ask, stop }, prefix) {
  async function batch(name) {
    const before = process.cpuUsage();
    for (let n = 0; n < BATCH; n++) await ask[name]();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / BATCH;
  }

  const rounds = { open: [], guarded: [] };
  for (const name of ['open', 'guarded', 'open', 'guarded']) await batch(name);
  for (let pair = 0; pair < PAIRS; pair++) {
    const order = pair % 2 === 0 ? ['open', 'guarded'] : ['guarded', 'open'];
    for (const name of order) rounds[name].push({ value: await batch(name) });
  }
  await stop();
  const added = rounds.open.map(
    ({ value }, pair) => (rounds.guarded[pair].value / value - 1) * 100,
  );
  const row = (name, words, unit, values) =>
    rowOf(`${prefix}${name}`, `${titles[prefix]}, ${words}`, unit, values, { lowerIsBetter: true });
  return [
    row('open', 'without directives', 'µs of CPU', rounds.open),
    row('guarded', 'with directives', 'µs of CPU', rounds.guarded),
    row('added', 'guards add (median of pairs)', '%', [{ value: median(added) }]),
  ];
}
