import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { silentLog } from '../../../src/log.js';
import { migrateStore } from '../../../src/store/migrate.js';
import { openStore } from '../../../src/store/open.js';
import type { PostgresLocation } from '../../../src/store/postgres/connect.js';
import { migratePostgres } from '../../../src/store/postgres/migrate.js';
import { migrations } from '../../../src/store/postgres/migrations/list.js';
import { StoreSchemaError, StoreUnavailableError, type KeyRow } from '../../../src/store/store.js';
import { parseStoreUrl } from '../../../src/store/url.js';
import { systemClock } from '../../../src/time.js';
import { usePostgres } from '../../support/postgres.js';

const postgres = usePostgres();
const options = { clock: systemClock, log: silentLog };
const locationOf = (url: string): PostgresLocation => parseStoreUrl(url) as PostgresLocation;
const step = (sql: string, breaking = false) => ({ sql, breaking });
const failureOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error('nothing failed'),
    (error: Error) => error,
  );

const secret = (kid: string): KeyRow => ({
  kid,
  purpose: 'access',
  algorithm: 'HS256',
  secret: Buffer.from(kid),
  publicKey: null,
  createdAt: 1,
  signsFrom: 1,
  retiredAt: null,
});

const newUser = (name: string) => ({
  id: name,
  email: name,
  passwordHash: null,
  createdAt: 1,
  roles: ['admin'],
  onlyIfEmpty: true,
});

describe('the schema of a PostgreSQL database', () => {
  test('is brought up to date once', async () => {
    const url = postgres.fresh();
    const latest = migrations.length;
    expect(await migrateStore(url)).toEqual({ from: 0, to: latest });
    expect(await migrateStore(url)).toEqual({ from: latest, to: latest });
  });

  test('is made by one of twenty nodes that start at once; all serve, with the same keys and one administrator', async () => {
    const url = postgres.fresh();
    const names = Array.from({ length: 20 }, (_, index) => `node${index}`);
    const found = await Promise.all(
      names.map(async (name) => {
        const store = await openStore(url, options);
        await store.ensureKeys([secret(name)], []);
        const keys = await store.keys();
        const { kind } = await store.createUser(newUser(name), {
          event: 'user_created',
          actorId: null,
        });
        await store.close();
        return { keys: keys.map(({ kid }) => kid).join(), kind };
      }),
    );
    expect(new Set(found.map(({ keys }) => keys)).size).toBe(1);
    expect(found.filter(({ kind }) => kind === 'created')).toHaveLength(1);
  });

  test('lives beside the tables of an application', async () => {
    const client = await postgres.client();
    await client.query('CREATE TABLE public.users (id serial)');
    const store = await openStore(postgres.fresh(), options);
    expect(await store.countUsers(null)).toBe(0);
    await store.close();
    expect((await client.query('SELECT * FROM public.users')).fields).toHaveLength(1);
  });

  test('is left alone where the schema holds the tables of another application', async () => {
    const url = postgres.fresh();
    const { schema } = locationOf(url);
    const client = await postgres.client();
    await client.query(`CREATE SCHEMA ${schema} CREATE TABLE theirs (n integer)`);
    const failure = await failureOf(openStore(url, options));
    expect(failure).toBeInstanceOf(StoreSchemaError);
    expect(failure).toMatchObject({ code: 'foreign-file' });
    expect(failure.message).toContain('?schema=NAME');
  });

  test('stays as it was where a migration fails, and the ones before it hold', async () => {
    const location = locationOf(postgres.fresh());
    const good = step('CREATE TABLE a (n integer)');
    const bad = step('CREATE TABLE b (n integer); SELECT nonsense');
    expect((await failureOf(migratePostgres(location, [good, bad]))).message).toContain('nonsense');
    const mended = step('CREATE TABLE b (n integer)');
    expect(await migratePostgres(location, [good, mended])).toEqual({ from: 1, to: 2 });
  });

  test('one version ahead is accepted by nodes that it does not break, for a rolling upgrade', async () => {
    const location = locationOf(postgres.fresh());
    const first = step('CREATE TABLE a (n integer)', true);
    const adds = step('ALTER TABLE a ADD COLUMN m integer');
    const breaks = step('ALTER TABLE a DROP COLUMN n', true);
    await migratePostgres(location, [first, adds]);
    expect(await migratePostgres(location, [first])).toEqual({ from: 2, to: 2 });
    await migratePostgres(location, [first, adds, breaks]);
    const failure = await failureOf(migratePostgres(location, [first, adds]));
    expect(failure).toMatchObject({ code: 'newer-schema' });
    expect(failure.message).toMatch(/is at 3, .* Upgrade gatehouse .* or restore a backup/);
  });

  test('may have any name that the settings take', async () => {
    const url = new URL(postgres.fresh());
    for (const schema of ['user', `tenant_${'0123456789'.repeat(5)}`]) {
      url.searchParams.set('schema', schema);
      const store = await openStore(url.href, options);
      const made = await store.createUser(newUser('ann'), { event: 'user_created', actorId: null });
      expect(made.kind).toBe('created');
      const audit = { event: 'user_disabled', userId: 'ann', actorId: null } as const;
      expect(await store.userChanged('ann', audit)).toMatchObject({ id: 'ann' });
      await store.close();
    }
  });

  test('is not made where the database cannot hold all text', async () => {
    const client = await postgres.client();
    await client.query(
      "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    );
    const url = new URL(postgres.fresh());
    url.pathname = '/latin';
    const failure = await failureOf(openStore(url.href, options));
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(failure.message).toContain("ENCODING 'UTF8'");
  });

  test('needs no index for searches where the extension may not be made', async () => {
    const client = await postgres.client();
    await client.query("CREATE ROLE plain LOGIN PASSWORD 'plain'");
    await client.query('CREATE SCHEMA AUTHORIZATION plain');
    await client.query('DROP EXTENSION IF EXISTS pg_trgm CASCADE');
    const url = new URL(postgres.fresh());
    url.username = url.password = 'plain';
    url.searchParams.set('schema', 'plain');
    const store = await openStore(url.href, options);
    expect(await store.countUsers('x')).toBe(0);
    await store.close();
  });
});

describe('a database that cannot be opened', () => {
  const refused = async (change: (url: URL) => void): Promise<Error> => {
    const url = new URL(postgres.fresh());
    change(url);
    const failure = await failureOf(openStore(url.href, options));
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(failure.message).not.toContain(url.password);
    expect(failure.message).toContain(`postgres://${url.host}`);
    return failure;
  };

  test('because nobody listens says so', async () => {
    expect((await refused((url) => (url.port = '1'))).message).toContain('cannot be reached');
    // As one whose process stands still: it takes the connection and says nothing.
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const unanswered = await refused((url) => (url.host = `127.0.0.1:${port}`));
    silent.close();
    expect(unanswered.message).toContain('does not answer in time');
  });
  test('because the password is wrong says so', async () => {
    const failure = await refused((url) => (url.password = 'wrong-one'));
    expect(failure.message).toContain('Check user and password');
  });
  test('because its user may not use the schema says so, and not that tables are gone', async () => {
    const theirs = postgres.fresh();
    await (await openStore(theirs, options)).close();
    const client = await postgres.client();
    await client.query(`CREATE ROLE guest LOGIN PASSWORD 'of-a-guest'`);
    const { message } = await refused((url) => {
      url.search = new URL(theirs).search;
      [url.username, url.password] = ['guest', 'of-a-guest'];
    });
    expect(message).toContain('The database user may not do this.');
  });
  test('because there is no such database says how to make it', async () => {
    const failure = await refused((url) => (url.pathname = '/nowhere'));
    expect(failure.message).toContain('createdb');
  });
  test('because it offers no TLS says so, and is not spoken to in the clear', async () => {
    const failure = await refused((url) => url.searchParams.set('sslmode', 'verify-full'));
    expect(failure.message).toContain('offers no TLS');
  });
});
