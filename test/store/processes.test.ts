import { describe, expect, test } from '@jest/globals';
import { Database } from '../support/sqlite.js';
import { silentLog } from '../../src/log.js';
import { openStore } from '../../src/store/open.js';
import type { Store } from '../../src/store/store.js';
import { testClock } from '../support/clock.js';
import { runTs, spawnTs, type Child } from '../support/child.js';
import { useFolder } from '../support/folder.js';
import { givenOf } from '../../src/store/contract/given.js';

const folder = useFolder();
const starter = new URL('processes/starter.ts', import.meta.url);
const rotator = new URL('processes/rotator.ts', import.meta.url);

/** A file with sessions of one user, all at generation 0. */
async function prepare(path: string, ids: readonly string[]): Promise<void> {
  await using(path, async (store) => {
    const given = givenOf(store, testClock(Date.now()));
    await given.user('ada');
    for (const id of ids) await given.session(id, 'ada');
  });
}

async function using<T>(path: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(path, { clock: testClock(Date.now()), log: silentLog });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const saidOf = (child: Child): [id: string, kind: string, generation: number][] =>
  child
    .stdout()
    .split('\n')
    // What follows the last line break was cut off.
    .slice(0, -1)
    .map((line) => line.split(' '))
    .filter(([, kind]) => kind !== undefined)
    .map(([id = '', kind = '', generation]) => [id, kind, Number(generation)]);

describe('several processes on one file', () => {
  test('that all start at once agree on the schema, the keys and the first administrator', async () => {
    const path = folder('raced.db');
    const names = Array.from({ length: 10 }, (_, index) => `node${index}`);
    const answers = await Promise.all(names.map((name) => runTs(starter, [path, name])));
    const found = answers.map(
      ({ stdout }) => JSON.parse(stdout) as { keys: string[]; user: string },
    );
    expect(new Set(found.map(({ keys }) => keys.join())).size).toBe(1);
    expect(found[0]?.keys).toHaveLength(1);
    expect(found.filter(({ user }) => user === 'created')).toHaveLength(1);
    await using(path, async (store) => expect(await store.countUsers(null)).toBe(1));
  });

  test('never fork a session that two of them rotate at once', async () => {
    const path = folder('forked.db');
    const ids = Array.from({ length: 20 }, (_, index) => `s${index}`);
    await prepare(path, ids);
    const nodes = [spawnTs(rotator, [path]), spawnTs(rotator, [path])];
    await Promise.all(nodes.map((node) => node.seen('ready')));
    for (const id of ids) {
      for (const node of nodes) node.process.stdin.write(`${id} 0\n`);
      await Promise.all(nodes.map((node) => node.seen(`${id} `)));
    }
    for (const node of nodes) node.process.stdin.end();
    await Promise.all(nodes.map((node) => node.exited));
    const said = nodes.flatMap(saidOf);
    for (const id of ids) {
      const ofSession = said.filter(([session]) => session === id);
      expect(ofSession.map(([, kind]) => kind).sort()).toEqual(['repeated', 'rotated']);
      expect(ofSession.map(([, , generation]) => generation)).toEqual([1, 1]);
    }
  });

  test('see at their very next read what another has committed, three hundred times', async () => {
    const path = folder('seen.db');
    await prepare(path, ['s']);
    const node = spawnTs(rotator, [path]);
    await node.seen('ready');
    await using(path, async (store) => {
      for (let generation = 0; generation < 300; generation++) {
        for (let time = 0; time < 3; time++) await store.sessionState('s');
        node.process.stdin.write(`s ${generation}\n`);
        await node.seen(`s rotated ${generation + 1}\n`);
        const state = await store.sessionState('s');
        expect(state?.session.generation).toBe(generation + 1);
      }
    });
    node.process.stdin.end();
    await node.exited;
  });
});

describe('a process that is killed while it rotates', () => {
  test('loses nothing that it has acknowledged', async () => {
    const path = folder('killed.db');
    const rounds = 6;
    const ids = (round: number) => Array.from({ length: 8 }, (_, index) => `r${round}s${index}`);
    await prepare(path, Array.from({ length: rounds }, (_, round) => ids(round)).flat());
    for (let round = 0; round < rounds; round++) {
      const child = spawnTs(rotator, [path]);
      child.process.stdin.write(`${ids(round).join('\n')}\n`);
      await child.seen(` rotated ${10 + round}\n`);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
      child.process.kill('SIGKILL');
      await child.exited;
      const acknowledged = new Map<string, number>();
      for (const [id, kind, generation] of saidOf(child)) {
        expect(kind).toBe('rotated');
        acknowledged.set(id, generation);
      }
      const rows = await using(path, async (store) => store.sessionsByIds(ids(round)));
      for (const row of rows) {
        const lost = (acknowledged.get(row?.id ?? '') ?? 0) - (row?.generation ?? -1);
        // At most one step more than was acknowledged: its commit was done, its answer was not.
        expect([0, -1]).toContain(lost);
      }
    }
    const db = new Database(path, { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });
});
