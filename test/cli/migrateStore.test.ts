import { beforeEach, describe, expect, test } from '@jest/globals';
import { Database } from '../support/sqlite.js';
import { join } from 'node:path';
import { codeOf, PASSWORD, testNode, type TestNode } from '../support/auth.js';
import { spawnTs } from '../support/child.js';
import { usePostgres } from '../support/postgres.js';
import { cli, tempFolder } from './cli.js';

const postgres = usePostgres();
const main = new URL('../../src/cli/main.ts', import.meta.url);
const REFRESH = `mutation ($token: String!) {
  refreshToken(input: { refreshToken: $token }) { accessToken refreshToken } }`;
const ME = '{ me { email roles } }';

let file: string;
let url: string;
let old: TestNode;
let ann: any;
beforeEach(async () => {
  file = join(tempFolder(), 'gatehouse.db');
  url = postgres.fresh();
  old = await testNode(file);
  await old.person('admin@example.com', ['admin']);
  ann = await old.signup();
});

const migrate = () => cli(['migrate-store', '--from', `sqlite:${file}`, '--to', url]);
const refresh = (node: TestNode, token: string) => node.run(REFRESH, { variables: { token } });

describe('gatehouse migrate-store', () => {
  test('copies a live installation: every token stays good, and it goes on where it was', async () => {
    const { data } = await refresh(old, ann.refreshToken);
    const ran = await migrate();
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('sessions: 2 of 2\n') });
    expect(ran.stdout).toMatch(
      /^TABLE +ROWS +SHA-256 +ON BOTH SIDES\nusers +2 +[0-9a-f]{16} +same\n/,
    );
    expect(ran.stdout + ran.stderr).not.toContain('not-a-secret');

    const moved = await testNode(url);
    const { accessToken, refreshToken } = data.refreshToken;
    expect((await moved.run(ME, { token: accessToken })).data.me.email).toBe('ann@example.com');
    expect((await refresh(moved, refreshToken)).errors).toBeUndefined();
    const input = `{ email: "admin@example.com", password: "${PASSWORD}" }`;
    const login = await moved.run(`mutation { login(input: ${input}) { user { roles } } }`);
    expect(login.data.login.user.roles).toEqual(['admin']);
  });

  test('run again it catches up with what changed meanwhile', async () => {
    expect((await migrate()).code).toBe(0);
    const bob = await old.signup('bob@example.com');
    await old.run('mutation { logout { revokedSessions } }', { token: ann.accessToken });
    const ran = await migrate();
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nsessions +3 /) });
    const moved = await testNode(url);
    expect((await moved.run(ME, { token: bob.accessToken })).data.me.email).toBe('bob@example.com');
    expect(codeOf(await moved.run(ME, { token: ann.accessToken }))).toBe(
      'UNAUTHENTICATED TOKEN_REVOKED',
    );
  });

  test('a rotation that the copy missed logs nobody out', async () => {
    expect((await migrate()).code).toBe(0);
    const { data } = await refresh(old, ann.refreshToken);
    const moved = await testNode(url);
    const { accessToken, refreshToken } = data.refreshToken;
    expect((await moved.run(ME, { token: accessToken })).errors).toBeUndefined();
    expect((await refresh(moved, refreshToken)).errors).toBeUndefined();
  });

  test('overwrites nothing that the new database knows and the old does not', async () => {
    expect((await migrate()).code).toBe(0);
    await (await testNode(url)).signup('new@example.com');
    const ran = await migrate();
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('of its own') });
    expect(ran.stderr).toContain('DROP SCHEMA');
    const other = postgres.fresh();
    await testNode(other);
    const used = await cli(['migrate-store', '--from', file, '--to', other]);
    expect(used.code).toBe(1);
  });

  test('a file in which another program has deleted a user alone is told how to delete the rest', async () => {
    const db = new Database(file);
    db.pragma('foreign_keys = OFF');
    db.exec(`DELETE FROM users WHERE email = 'admin@example.com'`);
    const ran = await migrate();
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('belong to nobody') });
    const [, statements = ''] = /sqlite3 \S+ "(.+)"\n$/.exec(ran.stderr) ?? [];
    expect(statements).toContain(
      'DELETE FROM sessions WHERE user_id NOT IN (SELECT id FROM users)',
    );
    db.exec(statements);
    db.close();
    expect(await migrate()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\nusers +1 /),
    });
  });

  test('killed in the middle, it is run again and is whole', async () => {
    const db = new Database(file);
    db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
      INSERT INTO audit (at, event, details) SELECT i, 'refresh', '{"i":' || i || '}' FROM n`);
    db.close();
    const child = spawnTs(main, ['migrate-store', '--from', file, '--to', url]);
    await new Promise<void>((resolve) =>
      child.process.stderr.on('data', (text: string) => {
        if (text.includes('audit: 5000')) resolve();
      }),
    );
    child.process.kill('SIGKILL');
    await child.exited;
    expect(child.stdout()).toBe('');
    expect(await migrate()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\naudit +\d{5} +[0-9a-f]{16} +same\n/),
    });
  });

  test.each([
    [['--from', 'a.db'], '--to must be a PostgreSQL database'],
    [['--to', 'postgres://h/d'], '--from must be a SQLite file'],
    [['--from', 'postgres://u:hidden@h/d', '--to', 'postgres://h/d'], '--from must be a SQLite'],
  ])('%j is answered with the command to write', async (flags, sentence) => {
    const ran = await cli(['migrate-store', ...flags]);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(sentence) });
    expect(ran.stderr).toContain('Write: gatehouse migrate-store --from sqlite:');
    expect(ran.stderr).not.toContain('hidden');
  });
});
