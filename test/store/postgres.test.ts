import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLog } from '../../src/log.js';
import { openStore } from '../../src/store/open.js';
import type { Store } from '../../src/store/store.js';
import { testClock } from '../support/clock.js';
import { usePostgres } from '../support/postgres.js';
import { storeContract } from '../storeContract.js';
import { AUDIT } from './contract/given.js';
import { twoNodesContract } from './contract/twoNodes.js';

const postgres = usePostgres();

storeContract('PostgreSQL', (options) => openStore(postgres.fresh(), options));
twoNodesContract('PostgreSQL', () => {
  const url = postgres.fresh();
  return (options) => openStore(url, options);
});

describe('statements on PostgreSQL', () => {
  let statements: string[];
  let store: Store;
  beforeEach(async () => {
    statements = [];
    const onStatement = (sql: string): number => statements.push(sql);
    const clock = testClock();
    store = await openStore(postgres.fresh(), { clock, log: silentLog, onStatement });
    statements.length = 0;
  });
  afterEach(() => store.close());

  test.each<[string, (ids: string[]) => unknown]>([
    ['users', (ids) => store.usersByIds(ids)],
    ['sessions', (ids) => store.sessionsByIds(ids)],
    ['live sessions', (ids) => store.liveSessionsByUserIds(ids)],
    ['roles', (ids) => store.rolesByUserIds(ids)],
    [
      'the states of sessions that one turn asks for',
      (ids) => Promise.all(ids.map(async (id) => store.sessionState(id))),
    ],
  ])('%s are one, however many ids', async (_, read) => {
    await read(Array.from({ length: 500 }, (__, index) => `id${index}`));
    expect(statements).toHaveLength(1);
  });

  test('that fail leave no transaction open', async () => {
    const ada = { id: 'ada', email: 'ada', passwordHash: null, createdAt: 1, roles: [] };
    await store.createUser(ada, AUDIT);
    const clash = () => store.createUser({ ...ada, email: 'other' }, AUDIT);
    await Promise.allSettled(Array.from({ length: 50 }, clash));
    const client = await postgres.client();
    const open = `SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'`;
    expect((await client.query(open)).rowCount).toBe(0);
    expect(await store.countUsers(null)).toBe(1);
  });
});
