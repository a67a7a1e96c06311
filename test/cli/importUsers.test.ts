import { describe, expect, test } from '@jest/globals';
import { constants } from 'node:buffer';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '../../src/cli/io.js';
import { openStore } from '../../src/store/open.js';
import { silentLog } from '../../src/log.js';
import { systemClock } from '../../src/time.js';
import { committed } from '../django/issued.js';
import { cliWithDatabase, tempFolder } from './cli.js';

const IMPORT = ['import-users', '--from', 'django'];

/** A command line on a new database, and a way to import a dump into it. */
function migrating() {
  const database = cliWithDatabase();
  const dumpFile = join(tempFolder(), 'dump.json');
  return {
    ...database,
    async import(dump: unknown, ...more: string[]) {
      writeFileSync(dumpFile, typeof dump === 'string' ? dump : JSON.stringify(dump));
      return database.run([...IMPORT, dumpFile, ...more]);
    },
    async importJson(dump: unknown, ...more: string[]) {
      const ran = await this.import(dump, '--json', ...more);
      return { ...ran, report: JSON.parse(ran.stdout) as Report };
    },
    async users() {
      const { stdout } = await database.run(['user', 'list', '--json']);
      return JSON.parse(stdout) as Record<string, unknown>[];
    },
  };
}

interface Report {
  dryRun: boolean;
  imported: {
    id: string;
    email: string;
    username: string | null;
    roles: string[];
    password: string;
    disabled: boolean;
  }[];
  existing: { id: string }[];
  problems: { id: string | null; email: string | null; why: string }[];
}

const user = (pk: unknown, fields: Record<string, unknown> = {}) => ({
  model: 'auth.user',
  pk,
  fields: {
    username: `u${String(pk)}`,
    email: `u${String(pk)}@example.com`,
    password: '!x',
    ...fields,
  },
});

describe('what dumpdata of a Django project has written', () => {
  test('becomes accounts with their id, email, times and state, and no role', async () => {
    const it = migrating();
    const { code, report } = await it.importJson(committed.dump);
    expect(code).toBe(5);
    expect(report.imported.map(({ id, password }) => [id, password])).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((id) => [String(id), 'kept']),
      ['7', 'unusable'],
      ['8', 'kept'],
      ['9', 'unsupported'],
    ]);
    expect(report.problems).toEqual([
      { id: '10', email: null, why: expect.stringContaining('there is no email') },
      { id: '11', email: 'kim@example.com', why: 'this email is that of several users: 11, 12' },
      { id: '12', email: 'kim@example.com', why: 'this email is that of several users: 11, 12' },
    ]);
    const users = await it.users();
    expect(users.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(users[0]).toEqual({
      id: '1',
      email: 'ann@example.com',
      roles: [],
      createdAt: '2029-10-03T00:00:00.000Z',
      lastLoginAt: '2029-12-31T23:00:00.000Z',
      disabledAt: null,
    });
    expect(users.filter(({ disabledAt }) => disabledAt !== null).map(({ id }) => id)).toEqual([
      '8',
    ]);
  });

  test('is reported in words, without a hash', async () => {
    const it = migrating();
    const { stdout, stderr } = await it.import(committed.dump);
    expect(stdout).toContain(
      'Imported: 9 (with their password: 7, without one: 2)\nThere already, left as they are: 0\nNot imported: 3\n',
    );
    expect(stdout).toMatch(
      /9 +ida@example.com +imported without a password: the hash is made with md5, which is broken/,
    );
    expect(stdout).toContain('gatehouse user set-password EMAIL');
    expect(stdout + stderr).not.toMatch(/pbkdf2_sha256\$|185a8ce4|\$2b\$/);
  });

  test('may be imported again: who is there is left alone, who is new is added', async () => {
    const it = migrating();
    await it.import(committed.dump);
    await it.run(['user', 'set-password', 'gil@example.com']);
    const before = await it.users();
    const again = await it.importJson([...committed.dump, user(99)]);
    expect(again.report.imported.map(({ id }) => id)).toEqual(['99']);
    expect(again.report.existing).toHaveLength(9);
    expect((await it.users()).filter(({ id }) => id !== '99')).toEqual(before);
    expect(await it.importJson([user(99)])).toMatchObject({
      code: 0,
      report: { imported: [], problems: [] },
    });
  });

  test('names again who has no password yet, for the import before may have been cut off', async () => {
    const it = migrating();
    const dump = [user(1, { password: 'md5$a$5d41402abc4b2a76b9719d911017c592' }), user(2)];
    await it.import(dump);
    const again = await it.import(dump);
    expect(again.code).toBe(5);
    expect(again.stdout).toContain('There already, left as they are: 2\nNot imported: 0\n');
    expect(again.stdout).toMatch(
      /1 +u1@example.com +imported without a password: the hash is made/,
    );
    await it.run(['user', 'set-password', 'u1@example.com']);
    const { code, report } = await it.importJson(dump);
    expect([code, report.existing]).toEqual([
      0,
      [
        { id: '1', email: 'u1@example.com', hasPassword: true, leftEnabled: false },
        { id: '2', email: 'u2@example.com', hasPassword: false, leftEnabled: false },
      ],
    ]);
  });

  test('names again who has been disabled there since, because here they are not', async () => {
    const it = migrating();
    await it.import([user(1), user(2)]);
    const later = [user(1, { is_active: false }), user(2)];
    const again = await it.import(later);
    expect(again.code).toBe(5);
    expect(again.stdout).toMatch(/1 +u1@example.com +left enabled, though it is disabled there\n/);
    expect(again.stdout).toContain('Disable them with: gatehouse user disable EMAIL');
    expect((await it.importJson(later)).report.existing).toMatchObject([
      { id: '1', leftEnabled: true },
      { id: '2', leftEnabled: false },
    ]);
    await it.run(['user', 'disable', 'u1@example.com']);
    expect((await it.import(later)).code).toBe(0);
  });

  test('changes nothing in a dry run, which says the same', async () => {
    const it = migrating();
    const early = await it.import(committed.dump, '--dry-run');
    expect(early).toMatchObject({ code: 4, stderr: expect.stringContaining('gatehouse migrate') });
    expect(existsSync(it.file)).toBe(false);
    await it.run(['migrate']);
    const dry = await it.importJson(committed.dump, '--dry-run');
    expect(await it.users()).toEqual([]);
    const { report } = await it.importJson(committed.dump);
    expect(dry.report).toEqual({ ...report, dryRun: true });
  });

  test('gives roles where it is told to', async () => {
    const it = migrating();
    await it.run(['role', 'set', 'support', '--scopes', 'users:read']);
    await it.run(['role', 'set', 'editor', '--scopes', 'posts:write']);
    const roles = ['superuser=admin', 'staff=support', 'group:editors=editor', 'superuser=support'];
    await it.import(committed.dump, ...roles.flatMap((one) => ['--role-for', one]));
    const held = (await it.users()).map(({ roles: all }) => (all as string[]).join());
    expect(held).toEqual(['admin,support', 'editor,support', 'editor', '', '', '', '', '', '']);
  });

  test('finds groups by their natural key too', async () => {
    const it = migrating();
    await it.run(['role', 'set', 'editor', '--scopes', 'posts:write']);
    const { report } = await it.importJson(
      [user(1, { groups: [['editors']] })],
      '--role-for',
      'group:editors=editor',
    );
    expect(report.imported[0]?.roles).toEqual(['editor']);
  });

  test('is refused before anybody is made where a role or a group is unknown', async () => {
    const it = migrating();
    const asked = async (whom: string) => {
      const { code, stderr } = await it.import(committed.dump, '--role-for', whom);
      expect((await it.run(['user', 'list', '--json'])).stdout).not.toContain('ann');
      return `${code} ${stderr}`;
    };
    expect(await asked('superuser=boss')).toMatch(/^1 .*no role boss.*gatehouse role set boss/);
    expect(await asked('group:writers=admin')).toMatch(
      /^1 .*no group:writers\. It has group:editors\./,
    );
    expect(await asked('everybody=admin')).toMatch(/^2 .*--role-for takes superuser=ROLE/);
    expect(await asked('superuser')).toMatch(/^2 /);
    const groupless = await it.import(
      [user(1, { groups: [1] })],
      '--role-for',
      'group:editors=admin',
    );
    expect(groupless).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('dumpdata auth.user auth.group'),
    });
  });

  test('gives an address to who has none, where a domain is named', async () => {
    const it = migrating();
    const { report } = await it.importJson(committed.dump, '--email-domain', 'users.example.com');
    expect(report.imported.find(({ id }) => id === '10')?.email).toBe('jon@users.example.com');
    const odd = await it.importJson(
      [user(50, { email: '', username: 'no body' })],
      '--email-domain',
      'x.example.com',
    );
    expect(odd.report.problems).toMatchObject([{ id: '50', why: 'the email is no address' }]);
  });

  test('may have a user model of its own, with UUIDs and no usernames', async () => {
    const it = migrating();
    const pk = '0b8f6a4e-6f2c-4a52-9d7c-8f1f0d9a3b11';
    const account = {
      model: 'accounts.account',
      pk,
      fields: { login_email: 'A@Example.com', password: '!' },
    };
    const flags = ['--model', 'Accounts.Account', '--email-field', 'login_email'];
    const { code, report } = await it.importJson(
      [account, { model: 'x.y', pk: 1, fields: {} }],
      ...flags,
    );
    expect(code).toBe(0);
    // Its tokens name the email as Django has it.
    const username = 'A@Example.com';
    expect(report.imported).toMatchObject([
      { id: pk, email: 'a@example.com', username, disabled: false },
    ]);
    const missing = await it.import([account]);
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'no object of the model auth.user. Name the user model by --model; the models in it: accounts.account.',
      ),
    });
  });

  test('has the usernames by which its tokens name people, letter for letter', async () => {
    const names = async (fields: Record<string, unknown>, ...flags: string[]) => {
      const { report } = await migrating().importJson([user(1, fields)], ...flags);
      return report.imported[0]?.username;
    };
    const email = 'Ann@Example.com';
    expect(await names({ email })).toBe('u1');
    expect(await names({ email }, '--username-field', 'email')).toBe('Ann@Example.com');
    expect(await names({ email, phone: '+1' }, '--username-field', 'phone')).toBe('+1');
    expect(await names({ email, username: undefined })).toBe('Ann@Example.com');
    // Others may take the address for their username.
    for (const empty of ['', null]) expect(await names({ email, username: empty })).toBeNull();
    // A model with numbers for usernames writes numbers, and so do its tokens.
    expect(await names({ email, phone: 491701234567 }, '--username-field', 'phone')).toBe(
      '491701234567',
    );
  });

  test.each(['--username-field', '--email-field'])(
    'is refused where nobody in it has the field of %s: it would be lost for all',
    async (flag) => {
      const it = migrating();
      const { code, stderr } = await it.import(
        [user(1)],
        flag,
        'e-mail',
        '--email-domain',
        'x.com',
      );
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining(
          `No auth.user in it has the field e-mail, which ${flag} names. Their fields: email, password, username.`,
        ),
      ]);
      expect(existsSync(it.file)).toBe(false);
      const some = await it.import(
        [user(1), user(2, { 'e-mail': 'b@example.com' })],
        flag,
        'e-mail',
      );
      expect(some.stdout).toContain('Imported:');
    },
  );

  test('keeps, imported again, the usernames that it had', async () => {
    const it = migrating();
    await it.import([user(1)]);
    const again = await it.importJson([user(1)], '--username-field', 'email');
    expect(again.report.existing).toMatchObject([{ id: '1' }]);
    const store = await openStore(it.file, { clock: systemClock, log: silentLog });
    expect(await store.userByUsername('u1')).toMatchObject({ id: '1' });
    expect(await store.userByUsername('u1@example.com')).toBeNull();
    await store.close();
  });

  test('has dates without a time where the model has a DateField', async () => {
    const it = migrating();
    await it.import([user(1, { date_joined: '2024-05-06', last_login: '2024-05-07 08:00:00' })]);
    expect(await it.users()).toMatchObject([
      { createdAt: '2024-05-06T00:00:00.000Z', lastLoginAt: '2024-05-07T08:00:00.000Z' },
    ]);
  });

  test('is refused where it is not UTF-8: names would be kept that nobody has', async () => {
    const it = migrating();
    const file = join(tempFolder(), 'dump.json');
    writeFileSync(file, JSON.stringify([user(1, { username: 'müller' })]), 'latin1');
    const { code, stderr } = await it.run([...IMPORT, file]);
    expect([code, stderr]).toEqual([
      1,
      `gatehouse: ${file} is not UTF-8. Convert it, for example with iconv.\n`,
    ]);
    expect(existsSync(it.file)).toBe(false);
  });

  test('is not told to be converted where it is too big for one text', () => {
    const bytes = new Uint8Array(constants.MAX_STRING_LENGTH + 1);
    expect(() => utf8(bytes, 'dump.json')).toThrow(
      'dump.json is larger than 512 MiB, the most that is read at once. Leave out what is not needed, or split it.',
    );
  });

  test('may be lines of JSON, begin with a byte order mark, or come from standard input', async () => {
    const it = migrating();
    const lines = [user(1), user(2)].map((one) => JSON.stringify(one)).join('\n');
    expect((await it.import(`\ufeff${lines}\n`)).code).toBe(0);
    const piped = await it.run([...IMPORT, '-', '--json'], JSON.stringify([user(3)]));
    expect(JSON.parse(piped.stdout)).toMatchObject({ imported: [{ id: '3' }] });
    expect(await it.users()).toHaveLength(3);
    // As two dumps have that were put one behind the other.
    expect((await it.import(`${lines}\r\n\r\n${JSON.stringify(user(4))}\n`)).code).toBe(0);
    expect(await it.users()).toHaveLength(4);
  });
});

describe('a bad user spares the good ones', () => {
  test.each<[string, unknown, string]>([
    ['without a primary key', user(undefined), 'Write the dump without --natural-primary'],
    ['with a primary key that JSON has rounded', user(2 ** 53), 'JSON does not keep it'],
    ['with a broken primary key', user(1.5), 'JSON does not keep it'],
    ['with a list for a primary key', user([1]), 'neither a number nor a text'],
    ['with a control character in it', user('a\u0000'), 'neither a number nor a text'],
    ['with a broken email', user(7, { email: 'no address' }), 'the email is no address'],
    ['with an email that is no text', user(7, { email: 7 }), 'there is no email'],
    ['with a date that is none', user(7, { date_joined: 'yesterday' }), 'date_joined is no date'],
    [
      'with a month that is none',
      user(7, { date_joined: '2029-13-03T00:00:00Z' }),
      'date_joined is no date',
    ],
    ['with a login that is no date', user(7, { last_login: 12 }), 'last_login is no date'],
    ['disabled by a number', user(7, { is_active: 0 }), 'is_active is neither true nor false'],
    ['disabled by a text', user(7, { is_active: 'False' }), 'is_active is neither true nor false'],
  ])('%s', async (_, bad, why) => {
    const it = migrating();
    const { code, report } = await it.importJson([bad, user(1)]);
    expect(code).toBe(5);
    expect(report.problems).toEqual([
      expect.objectContaining({ why: expect.stringContaining(why) }),
    ]);
    expect(report.imported.map(({ id }) => id)).toEqual(['1']);
  });

  test('that thousands share an email with is told of ten of them', async () => {
    const it = migrating();
    const twins = Array.from({ length: 2000 }, (_, at) => user(at + 1, { email: 'a@example.com' }));
    const { report } = await it.importJson(twins);
    expect(report.problems).toHaveLength(2000);
    expect(report.problems[0]?.why).toMatch(/: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1990 more$/);
  });

  test('whose id, email or username another account has', async () => {
    const it = migrating();
    await it.import([user(1), user(2)]);
    const { report } = await it.importJson([
      user(1, { email: 'other@example.com' }),
      user(3, { email: 'U2@example.com' }),
      user(4, { username: 'u2' }),
      user(5),
    ]);
    expect(report.problems.map(({ why }) => why)).toEqual([
      'the id is that of another account, u1@example.com',
      'the email is that of another account, 2',
      'the username is that of another account, 2',
    ]);
    expect(report.imported.map(({ id }) => id)).toEqual(['5']);
  });

  test('who is twice in the dump', async () => {
    const it = migrating();
    const { report } = await it.importJson([
      user(1),
      user(1, { email: 'b@example.com', username: 'b' }),
      user('2'),
      user(3, { username: 'u2' }),
    ]);
    expect(report.imported).toEqual([]);
    expect(report.problems.map(({ why }) => why)).toEqual([
      ...Array<string>(2).fill('this primary key is that of several users: 1, 1'),
      ...Array<string>(2).fill('this username is that of several users: 2, 3'),
    ]);
  });

  test('who have one email, which is their username too, are told once', async () => {
    const it = migrating();
    const twin = (pk: number) => user(pk, { email: 'a@example.com', username: undefined });
    const { report } = await it.importJson([twin(1), twin(2)]);
    expect(report.problems.map(({ why }) => why)).toEqual(
      Array(2).fill('this email is that of several users: 1, 2'),
    );
  });

  test('whose hash would cost more than any login may', async () => {
    const it = migrating();
    const hashes = [
      'pbkdf2_sha256$100000000$salt$q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=',
      'bcrypt$$2b$31$abcdefghijklmnopqrstuuxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      'argon2$argon2id$v=19$m=4000000,t=2,p=8$c2FsdHNhbHQ$q83vq83vq83vq83vq83vqw',
      `scrypt$1048576$salt$8$1$${'A'.repeat(86)}==`,
    ];
    const { code, report } = await it.importJson(
      hashes.map((password, index) => user(index + 1, { password })),
    );
    expect(code).toBe(5);
    expect(report.imported.map(({ password }) => password)).toEqual(Array(4).fill('unsupported'));
    expect(JSON.stringify(report)).toContain(
      'asks for 100000000 iterations, and 5000000 are the most here',
    );
  });
});

describe('a call that cannot be meant', () => {
  test.each<[string, string[], number, RegExp]>([
    [
      'without a source',
      ['import-users', 'x.json'],
      2,
      /--from is missing\. Write: gatehouse import-users --from django dump\.json/,
    ],
    [
      'with another source',
      ['import-users', '--from', 'rails', 'x.json'],
      2,
      /--from rails is unknown/,
    ],
    ['without a file', IMPORT, 2, /FILE is missing/],
    [
      'with a file that is not there',
      [...IMPORT, '/nowhere.json'],
      1,
      /nowhere\.json cannot be read \(ENOENT\)/,
    ],
  ])('%s', async (_, args, code, sentence) => {
    const it = migrating();
    const ran = await it.run(args);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toMatch(sentence);
    expect(existsSync(it.file)).toBe(false);
  });

  test.each([
    ['no JSON', '[{"model": "auth.user", "password": "pbkdf2_sha256$1$secret', 'It is not JSON'],
    ['nothing', '', 'It is not JSON'],
    [
      'a broken line',
      `${JSON.stringify(user(1))}\n\n{"model": "auth.u`,
      'Line 3 of it is not JSON',
    ],
    ['something else', '[1, 2]', 'a list of objects with "model", "pk" and "fields"'],
    ['a number', '7', 'a list of objects'],
    ['an object', '{"users": []}', 'a list of objects'],
    ['an empty list', '[]', 'the models in it: none'],
  ])('with %s in the file, says so without quoting it', async (_, text, sentence) => {
    const it = migrating();
    const { code, stderr } = await it.import(text);
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('secret');
    expect(existsSync(it.file)).toBe(false);
  });
});

test('a thousand users arrive whole, and of two imports at once each user comes from one', async () => {
  const it = migrating();
  await it.run(['migrate']);
  const many = Array.from({ length: 1000 }, (_, index) => user(index + 1));
  const [one, two] = await Promise.all([it.importJson(many), it.importJson(many)]);
  expect([one.code, two.code]).toEqual([0, 0]);
  expect(one.report.imported.length + two.report.imported.length).toBe(1000);
  expect(one.report.existing.length + two.report.existing.length).toBe(1000);
  const store = await openStore(it.file, { clock: systemClock, log: silentLog });
  expect(await store.countUsers(null)).toBe(1000);
  expect(await store.userByUsername('u1000')).toMatchObject({ id: '1000' });
  expect(await store.auditEvents({ event: 'user_created', userId: '7', limit: 5 })).toMatchObject([
    { actorId: null, details: { from: 'django' } },
  ]);
  await store.close();
});
