import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, Server, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPort } from '../../src/cli/workers/port.js';
import { askAt } from '../support/ask.js';
import { spawnTs, type Child } from '../support/child.js';
import { cli, tempFolder } from './cli.js';

const main = new URL('../../src/cli/main.ts', import.meta.url);

const children: Child[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL');
    await child.exited;
  }
});

function start(cwd: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Child {
  const child = spawnTs(main, ['--port', '0', ...args], {
    cwd,
    env: { NODE_ENV: 'development', ...env },
  });
  children.push(child);
  return child;
}

async function stop(child: Child): Promise<number | null> {
  child.process.kill('SIGTERM');
  return (await child.exited).code;
}

const bash = async (line: string): Promise<{ data: { login: { accessToken: string } } }> => {
  const { stdout } = await promisify(execFile)('bash', ['-c', line]);
  return JSON.parse(stdout) as { data: { login: { accessToken: string } } };
};

const usersIn = async (database: string): Promise<unknown[]> =>
  JSON.parse((await cli(['user', 'list', '--json', '--database', database])).stdout) as unknown[];

describe('the first start in development', () => {
  test('makes a database and an administrator, and prints commands that work', async () => {
    const cwd = tempFolder();
    const child = start(cwd);
    await child.seen(/me \{ email roles \}.*\n\n/);
    expect(child.stdout()).toMatch(/^Gatehouse \d+\.\d+\.\d+, development\n/);
    expect(child.stdout()).toMatch(/\n {2}Email: {4}admin@example\.com\n {2}Password: \S{24}\n/);
    expect(existsSync(join(cwd, 'data/gatehouse.db'))).toBe(true);

    const [login, me] = child.stdout().match(/^curl .*$/gm) as [string, string];
    const { accessToken } = (await bash(login)).data.login;
    expect((await bash(me)).data).toEqual({ me: { email: 'admin@example.com', roles: ['admin'] } });
    expect(await stop(child)).toBe(0);

    const database = join(cwd, 'data/gatehouse.db');
    const inspected = await cli(['token', 'inspect', accessToken, '--database', database]);
    expect(inspected).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Access token\n[^]*\nSignature: right\nNo problem found\.\n$/),
    });
  });

  test('is the only one: the second prints no password', async () => {
    const cwd = tempFolder();
    const first = start(cwd, ['--admin-email', 'ann@example.com']);
    await first.seen('Email:    ann@example.com');
    first.process.kill('SIGINT');
    expect((await first.exited).code).toBe(0);
    const second = start(cwd);
    await second.seen(/Listening on http:\/\/127\.0\.0\.1:\d+\/graphql\n/);
    expect(await stop(second)).toBe(0);
    expect(second.stdout()).not.toContain('Password');
    expect(await usersIn(join(cwd, 'data/gatehouse.db'))).toHaveLength(1);
  });
});

test('a terminal that is closed stops the server in order', async () => {
  const child = start(tempFolder());
  await child.seen(/Listening on /);
  child.process.kill('SIGHUP');
  expect(await child.exited).toMatchObject({ code: 0 });
});

test('in production no account is made, and the log says how to make one', async () => {
  const cwd = tempFolder();
  const child = start(cwd, ['--host', '127.0.0.1'], { NODE_ENV: 'production' });
  await child.seen('gatehouse user create --email you@example.com --role admin');
  expect(child.stdout()).toMatch(/^Gatehouse \S+, production\n/);
  expect(await stop(child)).toBe(0);
  expect(child.stdout()).not.toContain('Password');
  expect(await usersIn(join(cwd, 'data/gatehouse.db'))).toEqual([]);
});

test('how to make one names the file that was given, as a shell reads it', async () => {
  const database = join(tempFolder(), "it's mine.db");
  const child = start(tempFolder(), ['--host', '127.0.0.1', '--database', database], {
    NODE_ENV: 'production',
  });
  await child.seen(/gatehouse user create .*\n/);
  const [line] = /gatehouse user create .*/.exec(child.stdout()) as RegExpExecArray;
  const { stdout } = await promisify(execFile)('bash', ['-c', `printf '%s\\n' ${line}`]);
  const [, ...words] = stdout.trim().split('\n');
  expect(await cli(words)).toMatchObject({ code: 0 });
  expect(await usersIn(database)).toMatchObject([{ email: 'you@example.com', roles: ['admin'] }]);
});

test('the administrator is there before anybody can sign up', async () => {
  const port = await findPort('127.0.0.1', 0);
  const mutation =
    'mutation { signup(input: { email: "a@example.com", password: "a long sentence is fine" }) { user { email } } }';
  const child = start(tempFolder(), ['--port', String(port)]);
  const signup = () => askAt(`http://127.0.0.1:${port}/graphql`, mutation).catch(() => null);
  let answer = null;
  while (answer === null) answer = await signup();
  expect(answer.data.signup.user).toEqual({ email: 'a@example.com' });
  await child.seen(/Password: \S{24}\n/);
});

test('a port in use ends with 1 and a sentence that says the fix', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const child = start(tempFolder(), ['--port', String(port)]);
  expect((await child.exited).code).toBe(1);
  taken.close();
  expect(child.stderr()).toMatch(
    new RegExp(`Port ${port} of 127\\.0\\.0\\.1 is in use\\. .*gatehouse serve --port `),
  );
  expect(child.stdout()).not.toContain('Password');
});

test('in production the port is opened once, so that a start cuts off nobody who connects meanwhile', async () => {
  const port = await findPort('127.0.0.1', 0);
  const flags = ['--port', String(port), '--host', '127.0.0.1', '--log-level', 'silent'];
  const opened = jest.spyOn(Server.prototype, 'listen');
  try {
    const env = { NODE_ENV: 'production' };
    const database = join(tempFolder(), 'gatehouse.db');
    expect((await cli(['serve', '--database', database, ...flags], { env })).code).toBe(0);
    expect(opened).toHaveBeenCalledTimes(1);
  } finally {
    opened.mockRestore();
  }
});

test('a host of another machine ends with 1, wrong settings with 3', async () => {
  const away = start(tempFolder(), ['--host', '192.0.2.1']);
  expect((await away.exited).code).toBe(1);
  expect(away.stderr()).toContain('192.0.2.1 is no address of this machine');
  const wrong = start(tempFolder(), [], { JWT_SECRET_KEY: 'hidden' });
  expect((await wrong.exited).code).toBe(3);
  expect(wrong.stderr()).toMatch(/JWT_SECRET_KEY is too short/);
  expect(wrong.stdout() + wrong.stderr()).not.toContain('hidden');
});
