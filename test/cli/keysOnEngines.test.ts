import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.js';
import { silentLog } from '../../src/log.js';
import { createKeys } from '../../src/services/keys.js';
import { openStore } from '../../src/store/open.js';
import type { Store } from '../../src/store/store.js';
import { systemClock } from '../../src/time.js';
import { isSealed } from '../../src/tokens/seal.js';
import { usePostgres } from '../support/postgres.js';
import { cli, tempFolder, type Ran } from './cli.js';

const postgres = usePostgres();
const parts = { clock: systemClock, log: silentLog };
const right = randomBytes(32).toString('base64url');
const wrong = randomBytes(32).toString('base64url');

interface Listed {
  kid: string;
  purpose: string;
  algorithm: string;
  state: string;
}

describe.each([
  ['SQLite', () => join(tempFolder(), 'gatehouse.db')],
  ['PostgreSQL', postgres.fresh],
])('keys in a database of %s', (_, fresh) => {
  function database() {
    const GATEHOUSE_DATABASE = fresh();
    const run = (line: string, env: Record<string, string> = {}): Promise<Ran> =>
      cli(line.split(' '), { env: { GATEHOUSE_DATABASE, ...env } });
    const serve = (env: Record<string, string>) => run('serve --port 0 --log-level silent', env);
    async function onStore<T>(work: (store: Store) => T): Promise<Awaited<T>> {
      const store = await openStore(GATEHOUSE_DATABASE, parts);
      try {
        return await work(store);
      } finally {
        await store.close();
      }
    }
    const rows = () => onStore((store) => store.keys());
    /** What a start does with the keys, without a server that takes a second to stop. */
    const start = (env: Record<string, string>) =>
      onStore(async (store) => {
        const loaded = loadConfig({ env, readFile: () => '' });
        if ('problems' in loaded) throw new Error(loaded.problems.join('\n'));
        const { config } = loaded;
        (await createKeys({ ...config, ...config.jwt }, { ...parts, store })).stop();
      });
    const listed = async (env: Record<string, string> = {}): Promise<Listed[]> =>
      JSON.parse((await run('keys list --json', env)).stdout);
    return { run, serve, start, rows, listed };
  }

  test('stay as they are when a server starts with a wrong master key, and the right one serves on', async () => {
    const { serve, start, rows } = database();
    await start({ GATEHOUSE_MASTER_KEY: right });
    const before = await rows();
    const mistaken = { GATEHOUSE_MASTER_KEY: wrong, JWT_ALGORITHM: 'HS384' };
    expect(await serve(mistaken)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/GATEHOUSE_MASTER_KEY\) does not open/),
    });
    expect(await rows()).toEqual(before);
    expect((await serve({ GATEHOUSE_MASTER_KEY: right })).code).toBe(0);
  });

  test.each(['generate', 'rotate', 'generate --purpose refresh'])(
    'are sealed by `keys %s` with a master key, those of before too, and then a wrong one changes none',
    async (command) => {
      const { run, serve, start, rows } = database();
      await start({});
      expect((await rows()).map(({ secret }) => isSealed(secret))).toEqual([false, false]);
      expect((await run(`keys ${command}`, { GATEHOUSE_MASTER_KEY: right })).code).toBe(0);
      const sealed = await rows();
      expect(sealed.map(({ secret }) => isSealed(secret))).toEqual([true, true, true]);
      expect((await serve({ GATEHOUSE_MASTER_KEY: wrong })).code).toBe(3);
      expect(await rows()).toEqual(sealed);
      await start({ GATEHOUSE_MASTER_KEY: right });
    },
  );

  test('change their algorithm as it is written: generate, set it, retire', async () => {
    const { run, serve, start, listed } = database();
    const ES256 = { JWT_ALGORITHM: 'ES256' };
    await start({});
    const old = (await listed()).find(({ purpose }) => purpose === 'access')!.kid;
    expect(await run(`keys retire ${old}`, ES256)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/No ES256 key .*keys generate --algorithm ES256/),
    });
    expect((await run('keys generate --algorithm ES256')).code).toBe(0);
    await start(ES256);
    expect((await run(`keys retire --now -- ${old}`, ES256)).code).toBe(0);
    const [refresh] = (await listed(ES256)).filter(({ purpose }) => purpose === 'refresh');
    expect(await run(`keys retire ${refresh!.kid}`, ES256)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/still signs/),
    });
    expect(
      (await listed(ES256)).map(({ algorithm, state }) => `${algorithm} ${state}`).sort(),
    ).toEqual(['ES256 signs', 'HS256 retired', 'HS256 signs']);
    expect((await serve(ES256)).code).toBe(0);
  });

  test('from one algorithm of secrets to another verify to the end of their last token', async () => {
    const { run, start, listed } = database();
    const HS512 = { JWT_ALGORITHM: 'HS512' };
    await start({});
    const old = (await listed()).find(({ purpose }) => purpose === 'access')!.kid;
    await start(HS512);
    expect(await run(`keys retire ${old}`, HS512)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/verifies nothing from 20/),
    });
    expect((await listed(HS512)).find(({ kid }) => kid === old)?.state).toBe('verifies');
  });

  test('are not taken from servers whose algorithm this shell does not know', async () => {
    const { run, start, listed } = database();
    await start({});
    await run('keys generate --algorithm ES256');
    const access = (await listed()).filter(({ purpose }) => purpose === 'access');
    for (const { kid, algorithm } of access) {
      expect(await run(`keys retire --now ${kid}`)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(`no longer sign with ${algorithm}, set JWT_ALGORITHM`),
      });
    }
    const pair = access.find(({ algorithm }) => algorithm === 'ES256')!.kid;
    // Said by a flag: the plan to change was given up.
    expect((await run(`keys retire --now --jwt-algorithm HS256 ${pair}`)).code).toBe(0);
    await start({});
  });
});
