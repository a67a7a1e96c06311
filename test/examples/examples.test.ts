import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnTs } from '../support/child.js';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const names = readdirSync(examples);
const root = JSON.parse(readFileSync(join(examples, '../package.json'), 'utf8'));

interface Running {
  ask: (query: string, token?: string) => Promise<any>;
  stdout: () => string;
}

/** Runs an example on a port and a folder of its own. */
async function running(name: string, use: (server: Running) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-example-'));
  const child = spawnTs(join(examples, name, 'server.mjs'), [], {
    cwd: folder,
    env: { PORT: '0' },
  });
  try {
    await child.seen(/Listening on \S+/);
    const url = /Listening on (\S+)/.exec(child.stdout())?.[1] as string;
    const ask: Running['ask'] = async (query, token) => {
      const headers = {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      };
      const body = JSON.stringify({ query });
      return (await fetch(url, { method: 'POST', headers, body })).json();
    };
    await use({ ask, stdout: () => child.stdout() });
  } finally {
    child.process.kill('SIGKILL');
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

const account = 'input: { email: "ann@example.com", password: "a long sentence is fine" }';

describe.each(names)('%s', (name) => {
  test(
    'opens its guarded field to whom it has logged in, and to nobody else',
    () =>
      running(name, async ({ ask, stdout }) => {
        const denied = await ask('{ hello diary }');
        expect(denied.data).toEqual({ hello: 'Hello, whoever you are.', diary: null });
        expect(denied.errors).toMatchObject([
          { path: ['diary'], extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_MISSING' } },
        ]);
        expect(stdout()).not.toContain('The diary is read.');
        await ask(`mutation { signup(${account}) { user { id } } }`);
        const { data } = await ask(`mutation { login(${account}) { accessToken user { id } } }`);
        const { accessToken, user } = data.login;
        const allowed = await ask('{ diary me { email } }', accessToken);
        expect(allowed).toEqual({
          data: { diary: [`Dear diary of ${user.id}`], me: { email: 'ann@example.com' } },
        });
        expect(stdout()).toContain('The diary is read.');
      }),
    60_000,
  );

  test('has at most 60 lines, and pins what it was tested with', () => {
    const lines = readFileSync(join(examples, name, 'server.mjs'), 'utf8').split('\n');
    expect(lines.length).toBeLessThanOrEqual(61);
    const { engines, dependencies } = JSON.parse(
      readFileSync(join(examples, name, 'package.json'), 'utf8'),
    );
    expect(engines).toEqual(root.engines);
    for (const [dependency, version] of Object.entries(dependencies)) {
      if (dependency === 'graphql-gatehouse') expect(version).toBe('file:../..');
      else expect(version).toBe(installed(dependency));
    }
  });
});

test(
  'the code-first example asks for scopes, too',
  () =>
    running('pothos', async ({ ask }) => {
      const { data } = await ask(`mutation { signup(${account}) { accessToken } }`);
      const { errors } = await ask('{ drafts }', data.signup.accessToken);
      expect(errors[0].extensions).toMatchObject({
        code: 'FORBIDDEN',
        reason: 'INSUFFICIENT_SCOPE',
        missing: ['drafts:read'],
      });
    }),
  60_000,
);

const installed = (name: string): string =>
  JSON.parse(readFileSync(join(examples, '../node_modules', name, 'package.json'), 'utf8')).version;
