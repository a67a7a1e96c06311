import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contract } from '../../src/store/contract/contract.js';
import { spawnTs } from '../support/child.js';
import { mirrored } from '../support/mirror.mjs';
import { cli } from './cli.js';

const main = new URL('../../src/cli/main.ts', import.meta.url);
const engines = fileURLToPath(new URL('engines.ts', import.meta.url));
const count = contract.flatMap(({ cases }) => cases).length;
const check = (name: string, ...flags: string[]) =>
  cli(['store', 'check', `${engines}#${name}`, ...flags]);
const failuresOf = (stdout: string) =>
  stdout.split('\n').filter((line) => line.startsWith('FAILED '));

describe('gatehouse store check', () => {
  test('has a line for each case, and nothing to say against a good engine', async () => {
    const ran = await check('right');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const lines = ran.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(count + 1);
    expect(lines[0]).toBe('ok users: an account is made once');
    expect(lines.slice(0, -1).filter((line) => !line.startsWith('ok '))).toEqual([]);
    const last = `All ${count} cases are as they must be.`;
    expect(lines.at(-1)).toBe(last);
    const page = readFileSync(new URL('../../docs/stores.md', import.meta.url), 'utf8');
    expect(page).toContain(last);
  });

  test('finds a rotation that reads first and writes later', async () => {
    const ran = await check('twoSteps');
    expect(ran.code).toBe(5);
    expect(failuresOf(ran.stdout)).toEqual([
      'FAILED rotation: a hundred at once are one step ahead together: expected 1, got 100',
    ]);
    expect(ran.stdout).toMatch(new RegExp(`\n1 of ${count} cases FAILED.\n$`));
  });

  test('finds a revocation that is forgotten, and says it in JSON where asked to', async () => {
    const ran = await check('forgetful', '--json');
    expect(ran.code).toBe(5);
    const { failed, cases } = JSON.parse(ran.stdout);
    expect(cases).toHaveLength(count);
    const found = cases.filter(({ problem }: { problem: string | null }) => problem !== null);
    expect(found).toHaveLength(failed);
    expect(found).toMatchObject([
      {
        name: 'sessions: all sessions of a user end, or all but one; those that ran out are not counted',
        problem: "expected [ 'a', 'c' ], got []",
      },
    ]);
  });

  test('waits for no engine that hangs, and ends though it left something running', async () => {
    const reference = `${mirrored(engines)}#hanging`;
    const child = spawnTs(main, ['store', 'check', reference, '--timeout', '1s']);
    expect((await child.exited).code).toBe(5);
    expect(failuresOf(child.stdout())).toContain(
      'FAILED users: one that comes from elsewhere brings its name, its last login and its state: the case took longer than 1 s',
    );
  });

  test.each([
    ['notEmpty', 'the store was not empty: give an empty one each time that one is opened'],
    ['unreachable', 'connect ECONNREFUSED'],
  ])('says of an engine that is %s what is wrong with it', async (name, problem) => {
    const ran = await check(name);
    expect(ran.code).toBe(5);
    expect(failuresOf(ran.stdout)).toHaveLength(count);
    expect(ran.stdout).toContain(`FAILED users: an account is made once: ${problem}\n`);
  });

  test.each([
    [[], 'MODULE#EXPORT is missing. Write: gatehouse store check MODULE#EXPORT'],
    [['./engine.mjs'], 'Write: gatehouse store check ./engine.mjs#openStore'],
    [['./nowhere.mjs#openStore'], 'there is no such file: '],
    [['ENGINES#rigth'], 'Did you mean right?'],
    [['ENGINES#settings'], 'that is no function but of the type object. Export a function'],
    [['ENGINES#right', '--timeout', 'soon'], 'Write for example --timeout=10s.'],
    [['ENGINES#right', '--timeout', '0'], 'Write for example --timeout=10s.'],
  ])('%j is answered with what to write', async (args, sentence) => {
    const ran = await cli([
      'store',
      'check',
      ...args.map((arg) => arg.replace('ENGINES', engines)),
    ]);
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(sentence) });
  });
});
