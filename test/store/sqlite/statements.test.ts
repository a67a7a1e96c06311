import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLog } from '../../../src/log.js';
import { openStore } from '../../../src/store/open.js';
import { connect } from '../../../src/store/sqlite/connection.js';
import { guardFile } from '../../../src/store/sqlite/fileGuard.js';
import { createSqliteStore } from '../../../src/store/sqlite/store.js';
import { testClock } from '../../support/clock.js';
import { AUDIT, givenOf, type Given } from '../../../src/store/contract/given.js';

let statements: string[];
let given: Given;

beforeEach(async () => {
  statements = [];
  const clock = testClock();
  const onStatement = (sql: string): number => statements.push(sql);
  given = givenOf(await openStore(':memory:', { clock, log: silentLog, onStatement }), clock);
  await given.user('ada');
  for (const id of ['a', 'b', 'c']) await given.session(id, 'ada');
  await given.rotate('a', 0);
  statements.length = 0;
});
afterEach(() => given.store.close());

describe('statements', () => {
  test('all rotations of a turn share one COMMIT', async () => {
    await Promise.all(['a', 'b', 'c'].map((id) => given.rotate(id, id === 'a' ? 1 : 0)));
    expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(1);
    expect(statements.filter((sql) => sql === 'BEGIN IMMEDIATE')).toHaveLength(1);
  });

  test('a rotation writes the end of its session, and so its index, only where that moves', async () => {
    const ends = () => statements.filter((sql) => /UPDATE sessions[^]*expires_at = /.test(sql));
    await given.rotate('a', 1);
    expect(ends()).toHaveLength(0);
    await given.rotate('a', 2, { slide: (now) => now + 1 });
    expect(ends()).toHaveLength(1);
  });

  test('a mark joins the next commit and makes none of its own', async () => {
    given.store.markUsed('a', 1, 1);
    given.store.markUsed('a', 1, 2);
    await given.store.recordEvent(AUDIT);
    expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(1);
    expect(statements.filter((sql) => sql.includes('used_generation = '))).toHaveLength(1);
  });

  test('closing writes the marks that are still waiting', async () => {
    given.store.markUsed('a', 1, 1);
    await given.store.close();
    expect(statements.filter((sql) => sql.includes('used_generation = '))).toHaveLength(1);
    expect(statements.at(-1)).toBe('COMMIT');
  });

  test.each<[string, (store: Given['store'], ids: string[]) => unknown]>([
    ['users', (store, ids) => store.usersByIds(ids)],
    ['sessions', (store, ids) => store.sessionsByIds(ids)],
    ['live sessions', (store, ids) => store.liveSessionsByUserIds(ids)],
    ['roles', (store, ids) => store.rolesByUserIds(ids)],
    ['the state of a session', (store) => store.sessionState('a')],
  ])('%s are one, however many ids', (_, read) => {
    read(
      given.store,
      Array.from({ length: 500 }, (__, index) => `id${index}`),
    );
    expect(statements).toHaveLength(1);
  });
});

/** Tables of a few rows may be scanned, and others in their own order as far as LIMIT goes. */
const SMALL = /^SCAN (roles|versions|keys)\b|^SCAN ids VIRTUAL|^SCAN users USING|^SCAN audit$/;
const SORTED = /^USE TEMP B-TREE/;

test('every statement of the engine finds its rows by an index', async () => {
  const { db } = await connect(':memory:', { random: Math.random });
  const prepared = new Set<string>();
  const prepare = db.prepare.bind(db);
  db.prepare = (sql: string) => {
    prepared.add(sql);
    return prepare(sql);
  };
  const clock = testClock();
  const options = { clock, log: silentLog, random: Math.random };
  const store = createSqliteStore(db, guardFile(':memory:'), options);
  const cursor = { createdAt: 1, id: 'a' };
  for (const search of [null, 'x']) {
    await store.usersPage({ first: 1, last: null, after: cursor, before: cursor, search });
    await store.usersPage({ first: null, last: 1, after: null, before: null, search });
  }
  for (const query of [{}, { userId: 'a' }, { sessionId: 'a' }, { event: 'login' as const }]) {
    await store.auditEvents({ ...query, limit: 1 });
  }
  const queries = [...prepared].filter((sql) => /^\s*(SELECT|UPDATE|DELETE)/.test(sql));
  expect(queries.length).toBeGreaterThan(40);
  for (const sql of queries) {
    const named = [...sql.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, '1']);
    const values = [...sql.matchAll(/\?/g)].map(() => '1');
    const explain = prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
    const plan = explain.all(...(named.length > 0 ? [Object.fromEntries(named)] : values));
    const scans = plan
      .map(({ detail }) => detail)
      .filter((detail) => detail.startsWith('SCAN') && !SMALL.test(detail));
    expect({ sql, scans }).toEqual({ sql, scans: [] });
    const sorted = plan.some(({ detail }) => SORTED.test(detail));
    const boundedSort = /json_each|FROM keys|last_used_at DESC/.test(sql);
    expect({ sql, sorted: sorted && !boundedSort }).toEqual({ sql, sorted: false });
  }
  await store.close();
});
