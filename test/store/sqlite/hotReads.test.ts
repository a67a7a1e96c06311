import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Database } from 'better-sqlite3';
import fc from 'fast-check';
import { connect as connectTo, createServer, type AddressInfo } from 'node:net';
import { silentLog } from '../../../src/log.js';
import { AUDIT, givenOf, type Given } from '../../../src/store/contract/given.js';
import { connect, connectLoosely } from '../../../src/store/sqlite/connection.js';
import { createEngine, type Engine } from '../../../src/store/sqlite/engine.js';
import { guardFile } from '../../../src/store/sqlite/fileGuard.js';
import { createSqliteStore } from '../../../src/store/sqlite/store.js';
import type { AuditInput, Store, UsersPage, UsersQuery } from '../../../src/store/store.js';
import { HOUR } from '../../../src/time.js';
import { testClock } from '../../support/clock.js';
import { useFolder } from '../../support/folder.js';

const folder = useFolder();
const USERS = ['ada', 'bob'];
/** Cannot be written as JSON, which shows when the verb has changed its rows already. */
const UNWRITABLE: AuditInput = { ...AUDIT, details: { number: 1n } };
let files = 0;
/** Of the first user and of the second. */
let sessions: string[];

interface Node {
  db: Database;
  given: Given;
  store: Store;
  statements: string[];
}

const clock = testClock();
let path: string;
let here: Node;
let there: Node;
/** On a connection of its own, and without a memory. */
let plain: Engine;

async function openNode(): Promise<Node> {
  const statements: string[] = [];
  const onStatement = (sql: string) => void statements.push(sql);
  const { db } = await connect(path, { random: Math.random, onStatement });
  const options = { clock, log: silentLog, random: Math.random };
  const store = createSqliteStore(db, guardFile(path), options);
  return { db, store, given: givenOf(store, clock), statements };
}

beforeEach(async () => {
  sessions = ['s', 't'];
  path = folder(`${files++}.db`);
  here = await openNode();
  there = await openNode();
  plain = createEngine(connectLoosely(path), clock);
  for (const id of USERS) await here.given.user(id);
  await here.given.session('s', 'ada');
  await here.given.session('t', 'bob');
});
afterEach(async () => {
  await here.store.close();
  await there.store.close();
  plain.db.close();
});

const PAGE = { first: 1, last: null, after: null, before: null, search: null };
const PAGES: UsersQuery[] = [PAGE, { ...PAGE, first: null, last: 9 }];

const remembered = ({ store }: Node): unknown => [
  sessions.map((id) => store.sessionState(id)),
  USERS.map((id) => store.usersByIds([id])),
  USERS.map((id) => store.rolesByUserIds([id])),
  store.usersByIds(USERS),
  store.rolesByUserIds(USERS),
  PAGES.map((page) => store.usersPage(page)),
];
const stored = (): unknown => [
  sessions.map((id) => plain.sessions.state(id)),
  USERS.map((id) => [plain.users.byId(id) ?? null]),
  USERS.map((id) => [plain.grants.rolesOf(id)]),
  plain.users.byIds(USERS),
  plain.grants.rolesByUserIds(USERS),
  PAGES.map((page) => plain.pages.page(page)),
];
/** The second time from memory, as far as anything is. */
function expectTruth(): void {
  const truth = stored();
  for (const node of [here, there]) {
    expect(remembered(node)).toEqual(truth);
    expect(remembered(node)).toEqual(truth);
  }
}
const pageOf = ({ store }: Node) => store.usersPage(PAGE) as UsersPage;
const change = (userId: string) => ({ userId, expectedChangeNumber: null });
/** What arrives next comes of another wait for events: a first turn ends this one. */
const nextTurn = async (): Promise<void> => {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
};
const warm = async (node: Node): Promise<void> => {
  for (let time = 0; time < 3; time++) remembered(node);
  await nextTurn();
  node.statements.length = 0;
};

describe('what nearly every request asks for', () => {
  test('costs no SELECT while nothing is committed, and one question a turn', async () => {
    await warm(here);
    for (let turn = 1; turn <= 3; turn++) {
      remembered(here);
      remembered(here);
      expect(here.statements).toEqual(Array(turn).fill('PRAGMA data_version'));
      await nextTurn();
    }
  });

  test('is read anew, in part, where this store rotates a session or notes its use', async () => {
    const selects = () => here.statements.filter((sql) => sql.includes('sessions.id = '));
    await here.given.rotate('s', 0);
    await warm(here);
    here.store.markUsed('s', 1, clock.now());
    await here.store.recordEvent(AUDIT);
    here.statements.length = 0;
    expect(remembered(here)).toEqual(stored());
    expect(here.statements.filter((sql) => sql !== 'PRAGMA data_version')).toEqual(selects());
    expect(selects()).toHaveLength(1);
    expect(here.store.sessionState('s')).toMatchObject({ session: { usedGeneration: 1 } });
  });

  test('cannot be changed by who asked for it', () => {
    const rows = [
      here.store.sessionState('s'),
      (here.store.sessionState('s') as { session: object }).session,
      ...(here.store.usersByIds(['ada']) as object[]),
      ...(here.store.rolesByUserIds(['ada']) as object[]),
      ...(here.store.usersByIds(USERS) as object[]),
      ...(here.store.rolesByUserIds(USERS) as object[]),
      ...pageOf(here).users,
      pageOf(here).users,
      pageOf(here),
    ];
    expect(rows.filter((row) => !Object.isFrozen(row))).toEqual([]);
  });

  test('is asked for again where it was not there', async () => {
    expect(here.store.sessionState('new')).toBeNull();
    expect(here.store.usersByIds(['new'])).toEqual([null]);
    await there.given.user('new');
    await there.given.session('new', 'new');
    expect(here.store.sessionState('new')).toMatchObject({ session: { userId: 'new' } });
    expect(here.store.usersByIds(['new'])).toMatchObject([{ id: 'new' }]);
  });

  test('is one statement for all where one of them is not remembered', async () => {
    await here.given.user('cleo');
    await warm(here);
    void here.store.rolesByUserIds([...USERS, 'cleo']);
    expect(here.statements.filter((sql) => sql.includes('SELECT'))).toHaveLength(1);
    here.statements.length = 0;
    await nextTurn();
    void here.store.rolesByUserIds(['cleo', ...USERS]);
    expect(here.statements).toEqual(['PRAGMA data_version']);
  });

  test('comes in the order in which it was asked for', async () => {
    await here.store.setUserRoles({ ...change('bob'), roles: ['admin'] }, AUDIT);
    for (let time = 0; time < 2; time++) {
      expect(here.store.rolesByUserIds(['ada', 'bob', 'ada'])).toEqual([[], ['admin'], []]);
      expect(here.store.usersByIds(['bob', 'nobody', 'ada'])).toMatchObject([
        { id: 'bob' },
        null,
        { id: 'ada' },
      ]);
    }
  });

  test('a page that was searched for is read each time: a text takes no memory', () => {
    const search = { ...PAGE, search: 'ada' };
    for (let time = 0; time < 2; time++) {
      here.statements.length = 0;
      expect(here.store.usersPage(search)).toMatchObject({ users: [{ id: 'ada' }] });
      expect(here.statements).toHaveLength(1);
      expect(here.statements).not.toContain('PRAGMA data_version');
    }
  });
});

describe('a change', () => {
  test('by another connection is seen by the read of the next turn, five hundred times', async () => {
    const disable = plain.db.prepare<[number]>(`UPDATE users SET disabled_at = ? WHERE id = 'ada'`);
    for (let at = 1; at <= 500; at++) {
      for (let time = 0; time < at % 4; time++) remembered(here);
      await nextTurn();
      disable.run(at);
      expect(here.store.sessionState('s')).toMatchObject({ userDisabledAt: at });
      expect(here.store.usersByIds(['ada'])).toMatchObject([{ disabledAt: at }]);
    }
  });

  test('by another connection is seen by what arrives after a timer has read, a hundred times', async () => {
    const disable = plain.db.prepare<[number]>(`UPDATE users SET disabled_at = ? WHERE id = 'ada'`);
    const server = createServer((socket) => {
      socket.on('data', () => socket.write(JSON.stringify(here.store.usersByIds(['ada']))));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = connectTo((server.address() as AddressInfo).port, '127.0.0.1');
    client.setNoDelay(true).setEncoding('utf8');
    for (let at = 1; at <= 100; at++) {
      const answer = new Promise<string>((resolve) => client.once('data', resolve));
      setTimeout(() => {
        for (let time = 0; time < 2; time++) remembered(here);
        disable.run(at);
        client.write('?');
      }, at % 3);
      expect(JSON.parse(await answer)).toMatchObject([{ disabledAt: at }]);
    }
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each<[string, (store: Store) => unknown]>([
    ['a user', (store) => store.usersByIds(['ada'])],
    ['users', (store) => store.usersByIds(USERS)],
    ['a page', (store) => (store.usersPage(PAGE) as UsersPage).users],
  ])('by another connection is seen by whoever reads %s first', async (_, read) => {
    const disable = plain.db.prepare<[number]>(`UPDATE users SET disabled_at = ? WHERE id = 'ada'`);
    for (let at = 1; at <= 20; at++) {
      for (let time = 0; time < at % 4; time++) remembered(here);
      await nextTurn();
      disable.run(at);
      expect(read(here.store)).toContainEqual(expect.objectContaining({ disabledAt: at }));
    }
  });

  test('of roles by another connection is seen by whoever reads those of several first', async () => {
    await warm(here);
    plain.db.exec(`INSERT INTO user_roles (user_id, role) VALUES ('bob', 'admin')`);
    expect(here.store.rolesByUserIds(USERS)).toEqual([[], ['admin']]);
  });

  test('by another connection is seen after a transaction of our own met it first', async () => {
    await warm(here);
    plain.db.exec(`UPDATE users SET disabled_at = 7 WHERE id = 'bob'`);
    await here.given.rotate('s', 0);
    expectTruth();
  });

  test('that waits for its transaction is seen once that has ended, and not before', async () => {
    await warm(here);
    const disabling = here.store.disableUser(change('ada'), AUDIT);
    expect(here.store.sessionState('s')).toMatchObject({ userDisabledAt: null });
    await disabling;
    expect(here.store.sessionState('s')).toMatchObject({ userDisabledAt: clock.now() });
    expectTruth();
  });

  test('that was undone leaves no trace', async () => {
    await warm(here);
    const writes = [here.store.disableUser(change('ada'), UNWRITABLE), here.given.rotate('t', 0)];
    const ends = await Promise.allSettled(writes);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(here.store.usersByIds(['ada'])).toMatchObject([{ disabledAt: null }]);
    expectTruth();
  });

  test('that a full disk undid, with all that shared its transaction, leaves no trace', async () => {
    await warm(here);
    here.db.pragma(`max_page_count = ${String(here.db.pragma('page_count', { simple: true }))}`);
    const big = { ...AUDIT, details: { text: 'x'.repeat(100_000) } };
    const writes = [
      here.given.rotate('s', 0),
      here.store.disableUser(change('bob'), big),
      here.given.rotate('t', 0, { userId: 'bob' }),
    ];
    const statuses = (await Promise.allSettled(writes)).map(({ status }) => status);
    expect(statuses).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(here.store.sessionState('s')).toMatchObject({ session: { generation: 1 } });
    expect(here.store.usersByIds(['bob'])).toMatchObject([{ disabledAt: null }]);
    expectTruth();
  });
});

const generationOf = (id: string): number => plain.sessions.state(id)?.session.generation ?? 0;
const hashOf = (id: string): string => plain.users.byId(id)?.passwordHash ?? '';
const writes: ((node: Node, index: number) => Promise<unknown> | void)[] = [
  (node, index) =>
    node.given.rotate(sessions[index] as string, generationOf(sessions[index] as string), {
      userId: USERS[index] as string,
    }),
  // Spent: once a newer one was used, this ends the session.
  (node, index) =>
    node.given.rotate(sessions[index] as string, 0, { userId: USERS[index] as string }),
  (node, index) => {
    const id = sessions[index] as string;
    node.store.markUsed(id, generationOf(id), clock.now());
  },
  (node) => node.store.recordEvent(AUDIT),
  (node) => node.given.user(`new-${clock.now()}`),
  (node, index) => node.given.open(`more-${clock.now()}`, USERS[index] as string),
  (node, index) => node.store.disableUser(change(USERS[index] as string), AUDIT),
  (node, index) => node.store.disableUser(change(USERS[index] as string), UNWRITABLE),
  (node, index) => node.store.enableUser(change(USERS[index] as string), AUDIT),
  (node, index) =>
    node.store.setUserRoles({ ...change(USERS[index] as string), roles: ['admin'] }, AUDIT),
  (node, index) => node.store.setUserRoles({ ...change(USERS[index] as string), roles: [] }, AUDIT),
  (node, index) => node.store.userChanged(USERS[index] as string, AUDIT),
  (node, index) =>
    node.store.revokeSessions({ by: 'id', id: sessions[index] as string }, 'logout', AUDIT),
  (node, index) =>
    node.store.upgradePasswordHash(
      USERS[index] as string,
      hashOf(USERS[index] as string),
      `${clock.now()}`,
    ),
  (node) =>
    node.store.upsertRole(
      { name: 'r', description: null, scopes: [`${clock.now()}`], expectedVersion: null },
      AUDIT,
    ),
  (node) =>
    node.store.prune({
      limit: 9,
      sessionsBefore: clock.now() + 2 * HOUR,
      refreshAuditBefore: 0,
      auditBefore: 0,
      addressesBefore: 0,
      keySecretsBefore: 0,
      keysBefore: 0,
    }),
];

test('through two connections, whatever is written in whatever order: memory equals the file', async () => {
  const step = fc.record({
    first: fc.boolean(),
    write: fc.nat(writes.length - 1),
    index: fc.nat(1),
    awaited: fc.boolean(),
    read: fc.boolean(),
  });
  const all = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
    const pending: unknown[] = [];
    sessions = sessions.map((id) => `${id}'`);
    for (const [index, userId] of USERS.entries()) {
      await here.store.enableUser(change(userId), AUDIT);
      await there.given.session(sessions[index] as string, userId);
    }
    for (const { first, write, index, awaited, read } of steps) {
      clock.advance(1);
      const written = Promise.resolve(writes[write]?.(first ? here : there, index)).catch(String);
      if (read) expectTruth();
      pending.push(written);
      if (awaited) await written;
      if (read) expectTruth();
    }
    await Promise.all(pending);
    expectTruth();
  });
  await fc.assert(all, { numRuns: 60 });
});
