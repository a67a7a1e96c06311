import { describe, expect, test } from '@jest/globals';
import { existsSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { createAuth, silentLog } from '../../src/index.js';
import { cli } from '../cli/cli.js';
import { spawnTs } from '../support/child.js';
import { useFolder } from '../support/folder.js';
import { ask, claimsOf, served } from './support.js';

const inFolder = useFolder();

let modules = 0;

/** A module of its own, since Node loads each once; as the environment names it, from the working directory. */
function moduleOf(text: string, name = `handlers${(modules += 1)}.mjs`): string {
  writeFileSync(inFolder(name), text);
  return `./${relative(process.cwd(), inFolder(name))}`;
}

const SIGNUP =
  'mutation { signup(input: { email: "ann@example.com", password: "a long sentence is fine" }) { accessToken } }';

describe('a function that is named in the environment', () => {
  test('is loaded at the start, from a path relative to the working directory', async () => {
    const path = moduleOf(`export const extra = ({ email }) => ({ mail: email });
      export default () => 'the same for everybody';`);
    const { server } = await served({
      JWT_PAYLOAD_HANDLER: `${path}#extra`,
      JWT_GET_USER_SECRET_KEY: `${path}#default`,
    });
    const { body } = await ask(server.url, SIGNUP);
    expect(claimsOf(body.data.signup.accessToken).mail).toBe('ann@example.com');
  });

  test('is loaded for createAuth where env is given, and beats the one in code', async () => {
    const path = moduleOf('export const extra = () => ({ from: "env" });');
    const auth = createAuth({
      database: ':memory:',
      log: silentLog,
      jwt: { payloadHandler: () => ({ from: 'code' }) },
      env: { JWT_PAYLOAD_HANDLER: `${path}#extra` },
    });
    await auth.ready;
    const input = { email: 'ann@example.com', password: 'a long sentence is fine' };
    const signup = await auth.services.signup(input, { address: null, userAgent: null });
    if (!signup.ok) throw new Error(signup.code);
    expect(claimsOf(signup.value.tokens.accessToken).from).toBe('env');
    await auth.close();
  });

  test.each<[string, string, RegExp]>([
    [
      'a file that is not there',
      './not-here.mjs#extra',
      /JWT_PAYLOAD_HANDLER names \.\/not-here\.mjs#extra, and there is no such file: \/.*\/not-here\.mjs\. The path is relative to the working directory/,
    ],
    [
      'an export that is not there',
      'HERE#ekstra',
      /#ekstra, and the module exports extra, list\. Did you mean extra\? Export a function named ekstra, or name another\./,
    ],
    ['no function', 'HERE#list', /#list, and that is no function but a list\. Export a function/],
    [
      'a module that fails',
      'BROKEN#extra',
      /#extra, and that module could not be loaded: out of order\. Mend it; node .*broken\.mjs shows where it fails\./,
    ],
    [
      'a module whose own import is not there',
      'LOST#extra',
      /#extra, and that module could not be loaded: .*Cannot find .*absent/,
    ],
    ['something inherited', 'HERE#toString', /#toString, and the module exports extra, list\./],
  ])('%s stops the start with exit code 3', async (_, named, sentence) => {
    const places: Record<string, string> = {
      HERE: moduleOf('export const extra = () => ({}); export const list = [];'),
      BROKEN: moduleOf('throw new Error("out of order"); export const extra = 1;', 'broken.mjs'),
      LOST: moduleOf('import "./absent.mjs"; export const extra = 1;', 'lost.mjs'),
    };
    const value = named.replace(/^[A-Z]+/, (place) => places[place] as string);
    const env = { GATEHOUSE_DATABASE: inFolder('x.db'), JWT_PAYLOAD_HANDLER: value };
    const { code, stderr } = await cli(['serve', '--port', '0'], { env });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^gatehouse: The settings are wrong\.\n- /);
    expect(stderr).toMatch(sentence);
  });

  test('all that cannot be had are listed, each by the name under which it was set', async () => {
    const { code, stderr } = await cli(
      ['serve', '--port', '0', '--jwt-encode-handler', './a.mjs#b'],
      { env: { GATEHOUSE_DATABASE: inFolder('x.db'), JWT_DECODE_HANDLER: './c.mjs#d' } },
    );
    expect(code).toBe(3);
    expect(stderr).toMatch(/\n- --jwt-encode-handler names .*\n- JWT_DECODE_HANDLER names /s);
  });

  test('rejects ready of createAuth with the same sentence, and opens nothing', async () => {
    const auth = createAuth({
      database: inFolder('none.db'),
      log: silentLog,
      env: { JWT_PAYLOAD_HANDLER: './not-here.mjs#extra' },
    });
    await expect(auth.ready).rejects.toThrow(/^JWT_PAYLOAD_HANDLER names \.\/not-here\.mjs#extra/);
    await expect(auth.ready).rejects.toBeInstanceOf(TypeError);
    expect(existsSync(inFolder('none.db'))).toBe(false);
    await auth.close();
  });

  test('is not run by commands that start no server', async () => {
    const path = moduleOf('globalThis.gatehouseRan = true; export const extra = () => ({});');
    const env = {
      GATEHOUSE_DATABASE: inFolder('migrated.db'),
      JWT_PAYLOAD_HANDLER: `${path}#extra`,
    };
    expect((await cli(['migrate'], { env })).code).toBe(0);
    expect((globalThis as any).gatehouseRan).toBeUndefined();
  });

  test('works in a process of its own, whose folder is another', async () => {
    moduleOf('export async function extra() { return { from: "a file" }; }', 'own.mjs');
    const main = new URL('../../src/cli/main.ts', import.meta.url);
    const child = spawnTs(main, ['--port', '0', '--jwt-payload-handler', './own.mjs#extra'], {
      cwd: inFolder('.'),
      env: { GATEHOUSE_EXPLORER: 'false' },
    });
    await child.seen(/Listening on (\S+)/);
    const [, url = ''] = /Listening on (\S+)/.exec(child.stdout()) ?? [];
    const { body } = await ask(url, SIGNUP);
    child.process.kill('SIGTERM');
    await child.exited;
    expect(claimsOf(body.data.signup.accessToken).from).toBe('a file');
  });
});
