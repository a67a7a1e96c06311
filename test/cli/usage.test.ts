import { describe, expect, test } from '@jest/globals';
import { commands } from '../../src/cli/commands.js';
import { entries } from '../../src/config.js';
import { cli } from './cli.js';

describe('help', () => {
  test('of the program names every command and every setting', async () => {
    const { code, stdout } = await cli(['--help']);
    expect(code).toBe(0);
    for (const { name } of commands) expect(stdout).toMatch(`  ${name} `);
    for (const { flag } of entries) expect(stdout).toContain(` --${flag} `);
    expect(stdout).toContain('5 a check found something');
    expect((await cli(['help'])).stdout).toBe(stdout);
    expect((await cli(['-h'])).stdout).toBe(stdout);
  });

  test.each(commands.map(({ name }) => [name]))('of %s names its flags', async (name) => {
    const command = commands.find((one) => one.name === name);
    const { code, stdout } = await cli([...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: gatehouse ${name}`);
    for (const flag of command?.flags ?? []) expect(stdout).toContain(`--${flag.name}`);
    expect((await cli(['help', ...name.split(' ')])).stdout).toBe(stdout);
  });

  test('of a group lists its commands', async () => {
    const { code, stdout } = await cli(['user', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/user create .*\n.*user list /);
    expect(stdout).not.toContain('role set');
  });

  test('wins over wrong settings, and so does the version', async () => {
    const env = { JWT_SECRET_KEY: '' };
    expect((await cli(['serve', '--help'], { env })).code).toBe(0);
    expect(await cli(['--version'], { env })).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });
});

describe('wrong usage ends with 2 and says the fix', () => {
  test.each<[string, RegExp]>([
    ['usr', /no command "usr"\. Did you mean user\? Commands: serve, /],
    ['user', /user needs a command\. Commands: user create, /],
    ['user craete', /no command "user craete"\. Did you mean gatehouse user create\?/],
    [
      'user list --jsn',
      /Unknown flag --jsn\. Did you mean --json\? See: gatehouse user list --help/,
    ],
    ['user list -x', /Unknown flag -x\. See/],
    ['keys retire -Hx', /Unknown flag -H\. What begins with a dash goes behind --\. See/],
    ['user list --json=1', /--json takes no value/],
    ['user list --search', /--search needs a value\. Write --search=VALUE/],
    ['user list --search --json', /--search needs a value/],
    ['user list --port 1', /Unknown flag --port/],
    ['user list extra', /Unexpected argument "extra"/],
    ['user create', /--email is missing\. Write: gatehouse user create --email/],
    ['user disable', /USER is missing/],
    ['user disable a@x.example b@x.example', /Unexpected argument "b@x\.example"/],
    ...['disable', 'enable', 'set-password'].flatMap((name): [string, RegExp][] => [
      [`user ${name} --email a@x.example b@x.example`, /takes one account, .* got 2\. Run it once/],
      [`user ${name} --email a@x.example --email b@x.example`, /--email was given more than once/],
    ]),
    [
      'user create --email a@x.example --email b@x.example',
      /--email was given more than once\. Write one --email=EMAIL/,
    ],
    [
      'role set editor --scopes a --scopes b',
      /--scopes was given more than once\. Write one --scopes=A,B/,
    ],
    ['role set', /NAME is missing\. Write: gatehouse role set NAME/],
    ['role set editor', /--scopes is missing\. Write: gatehouse role set editor --scopes/],
    ['--prot 1', /Unknown flag --prot\. Did you mean --port\?/],
    ['serve --constructor', /Unknown flag --constructor/],
  ])('gatehouse %s', async (line, sentence) => {
    const env = { GATEHOUSE_DATABASE: process.execPath };
    const { code, stdout, stderr } = await cli(line.split(' '), { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
  });
});

test.each(commands.map(({ name, positionals }) => [name, positionals] as const))(
  'an argument too many of %s ends with 2, before anything is done',
  async (name, positionals) => {
    const given = [...positionals.map(() => 'one'), 'too-many'];
    const { code, stdout, stderr } = await cli([...name.split(' '), ...given]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Unexpected argument "too-many"');
  },
);

test('wrong settings end with 3 and list every problem', async () => {
  const env = { JWT_LEEWAY: 'x', GATEHOUSE_PROT: '1' };
  const { code, stderr } = await cli(['serve', '--path', 'x'], { env });
  expect(code).toBe(3);
  expect(stderr).toMatch(/^gatehouse: The settings are wrong\.\n/);
  expect(stderr).toMatch(/\n- JWT_LEEWAY must be/);
  expect(stderr).toMatch(/\n- .*GATEHOUSE_PROT is no setting\. Did you mean GATEHOUSE_PORT\?/);
  expect(stderr).toMatch(/\n- --path must be/);
});
