import { describe, expect, test } from '@jest/globals';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { cli, cliWithDatabase } from './cli.js';

const create = ['user', 'create', '--email', 'Ann@Example.com'];

async function usersOf(database: ReturnType<typeof cliWithDatabase>, ...more: string[]) {
  const { stdout } = await database.run(['user', 'list', '--json', ...more]);
  return JSON.parse(stdout) as { email: string; roles: string[]; disabledAt: string | null }[];
}

describe('accounts', () => {
  test('one is created with a random password that is printed once', async () => {
    const database = cliWithDatabase();
    const { code, stdout } = await database.run([...create, '--role', 'admin']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Created ann@example\.com \(id \S+\) with the role admin\.\n/);
    expect(stdout).toMatch(/\nPassword: \S{24}\n/);
    expect(await usersOf(database)).toEqual([
      expect.objectContaining({ email: 'ann@example.com', roles: ['admin'], disabledAt: null }),
    ]);
  });

  test('a password from standard input is not printed', async () => {
    const database = cliWithDatabase();
    const password = 'correct horse battery';
    const { code, stdout, stderr } = await database.run(
      [...create, '--password-stdin'],
      `${password}\n`,
    );
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain('correct');
    expect(stdout).not.toContain('Password');
  });

  test('the same email, a weak password, an unknown role and an empty input are refused', async () => {
    const database = cliWithDatabase();
    await database.run(create);
    expect(await database.run(create)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('gatehouse user set-password'),
    });
    const bob = ['user', 'create', '--email', 'bob@example.com'];
    expect(await database.run([...bob, '--password-stdin'], 'password\n')).toMatchObject({
      code: 1,
    });
    expect(await database.run([...bob, '--password-stdin'], '\n')).toMatchObject({ code: 2 });
    expect(
      await database.run([...bob, '--password-stdin'], 'once and again\nonce and again\n'),
    ).toMatchObject({ code: 2, stderr: expect.stringContaining('found several lines') });
    expect(await database.run([...bob, '--role', 'nobody'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /There is no role nobody\. See the roles with: gatehouse role list/,
      ),
    });
    expect(await database.run(['user', 'create', '--email', 'bob'])).toMatchObject({
      code: 1,
      stderr: 'gatehouse: An email address looks like name@example.com.\n',
    });
    expect(await usersOf(database)).toHaveLength(1);
  });

  test('an email names its account, also where somebody has it as an id from elsewhere', async () => {
    const database = cliWithDatabase();
    const fields = { username: 'eve', email: 'eve@example.com', password: '!' };
    const dump = JSON.stringify([{ model: 'auth.user', pk: 'ann@example.com', fields }]);
    await database.run(['import-users', '--from', 'django', '-'], dump);
    await database.run(create);
    for (const named of [['ann@example.com'], ['--email', 'ann@example.com']]) {
      expect((await database.run(['user', 'disable', ...named])).stdout).toMatch(
        /^Disabled ann@example\.com\./,
      );
    }
    expect(await usersOf(database)).toMatchObject([
      { email: 'eve@example.com', disabledAt: null },
      { email: 'ann@example.com', disabledAt: expect.any(String) },
    ]);
  });

  test('one is disabled and enabled, by email or id', async () => {
    const database = cliWithDatabase();
    await database.run(create);
    expect((await database.run(['user', 'disable', 'ANN@example.com'])).code).toBe(0);
    const [ann] = (await usersOf(database)) as unknown as { id: string; disabledAt: string }[];
    expect(ann?.disabledAt).toMatch(/^\d{4}-.*Z$/);
    expect((await database.run(['user', 'enable', ann?.id as string])).code).toBe(0);
    expect((await usersOf(database))[0]?.disabledAt).toBeNull();
    expect(await database.run(['user', 'disable', '--email', 'eve@example.com'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no user eve@example.com'),
    });
  });

  test('the last enabled administrator stays', async () => {
    const database = cliWithDatabase();
    await database.run([...create, '--role', 'admin']);
    expect(await database.run(['user', 'disable', 'ann@example.com'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('last enabled admin'),
    });
  });

  test('a new password is set, and a weak one refused', async () => {
    const database = cliWithDatabase();
    await database.run(create);
    const set = ['user', 'set-password', 'ann@example.com'];
    expect((await database.run(set)).stdout).toMatch(/\nPassword: \S{24}\n/);
    expect((await database.run([...set, '--password-stdin'], 'correct horse battery')).code).toBe(
      0,
    );
    expect((await database.run([...set, '--password-stdin'], '123456')).code).toBe(1);
  });

  test('the list is a table, and can be searched', async () => {
    const database = cliWithDatabase();
    await database.run(create);
    await database.run(['user', 'create', '--email', 'bob@example.com']);
    expect((await database.run(['user', 'list'])).stdout).toMatch(/^ID .*\n.*ann@.*\n.*bob@.*\n$/);
    // As the API has it: without blanks around it.
    expect(await usersOf(database, '--search', ' ')).toHaveLength(2);
    expect((await usersOf(database, '--search', ' BOB ')).map(({ email }) => email)).toEqual([
      'bob@example.com',
    ]);
  });
});

describe('roles', () => {
  test('one is set, described, set again, and listed', async () => {
    const database = cliWithDatabase();
    const set = ['role', 'set', 'editor', '--scopes'];
    await database.run([...set, 'users:read, posts:write', '--description', 'Edits']);
    expect(await database.run([...set, 'posts:write'])).toMatchObject({
      code: 0,
      stdout: 'The role editor has the scopes: posts:write.\n',
    });
    const { stdout } = await database.run(['role', 'list', '--json']);
    expect(JSON.parse(stdout)).toContainEqual({
      name: 'editor',
      description: 'Edits',
      scopes: ['posts:write'],
    });
    expect((await database.run(['role', 'list'])).stdout).toMatch(/\neditor +posts:write +Edits\n/);
  });

  test('admin is listed with every scope, those of other roles too', async () => {
    const database = cliWithDatabase();
    await database.run(['role', 'set', 'editor', '--scopes', 'posts:write']);
    const { stdout } = await database.run(['role', 'list', '--json']);
    const [admin] = JSON.parse(stdout) as { name: string; scopes: string[] }[];
    expect(admin?.name).toBe('admin');
    expect(admin?.scopes).toEqual(expect.arrayContaining(['posts:write', 'users:write']));
  });

  test('a description gives the terminal no commands, and adds no row', async () => {
    const database = cliWithDatabase();
    const description = 'Edits\nadmin2  keys:write\u001b[2J\u009b2J\u2028\u202e';
    await database.run(['role', 'set', 'editor', '--scopes', 'a', '--description', description]);
    const { stdout } = await database.run(['role', 'list']);
    expect(stdout.split('\n')[2]?.replace(/ +/g, ' ')).toBe(
      'editor a Edits\\u000aadmin2 keys:write\\u001b[2J\\u009b2J\\u2028\\u202e',
    );
  });

  test('admin cannot be changed, and a scope must be one', async () => {
    const database = cliWithDatabase();
    expect((await database.run(['role', 'set', 'admin', '--scopes', 'a'])).code).toBe(1);
    expect((await database.run(['role', 'set', 'x', '--scopes', 'a b'])).code).toBe(1);
  });
});

describe('the store', () => {
  test('is made by migrate, which can be run again', async () => {
    const database = cliWithDatabase();
    expect((await database.run(['migrate'])).stdout).toMatch(/went from schema 0 to \d+\.\n$/);
    expect((await database.run(['migrate'])).stdout).toMatch(/is up to date \(schema \d+\)\.\n$/);
  });

  test('a listing creates none', async () => {
    const database = cliWithDatabase();
    expect(await database.run(['user', 'list'])).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/There is no database at .*gatehouse migrate/),
    });
    expect(existsSync(database.file)).toBe(false);
  });

  test('a file that is no database ends with 4', async () => {
    const database = cliWithDatabase();
    mkdirSync(dirname(database.file));
    writeFileSync(
      database.file,
      'something else, long enough to be no header of a database'.repeat(20),
    );
    expect((await database.run(['user', 'list'])).code).toBe(4);
    expect((await database.run(['migrate'])).code).toBe(4);
  });

  test('a folder that cannot be made ends with 4', async () => {
    const args = ['migrate', '--database', `${process.execPath}/x/gatehouse.db`];
    expect((await cli(args)).code).toBe(4);
  });
});
