import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { countLookups } from '../compiled/lookups.js';
import { spawnTs } from '../support/child.js';
import { useFolder } from '../support/folder.js';
import { ask, served } from './support.js';

const inFolder = useFolder();
const SIGNUP =
  'mutation { signup(input: { email: "ann@example.com", password: "a long sentence is fine" }) { accessToken } }';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('port', () => {
  test('is where the server listens', async () => {
    const port = await freePort();
    const { server } = await served({ GATEHOUSE_PORT: String(port) });
    expect([server.port, server.url]).toEqual([port, `http://127.0.0.1:${port}/graphql`]);
    expect((await ask(server.url, '{ me { id } }')).status).toBe(200);
  });
});

describe('host', () => {
  test('is the address of the machine that it listens on, and no other', async () => {
    const { server } = await served({ GATEHOUSE_HOST: '127.0.0.2' });
    const at = (host: string) => fetch(`http://${host}:${server.port}/healthz`);
    expect((await at('127.0.0.2')).status).toBe(200);
    await expect(at('127.0.0.1')).rejects.toThrow('fetch failed');
  });
});

describe('path', () => {
  test('is where the endpoint is', async () => {
    const { server } = await served({ GATEHOUSE_PATH: '/api/graphql' });
    expect(server.url).toMatch(/\/api\/graphql$/);
    expect((await ask(server.url, '{ me { id } }')).status).toBe(200);
    const usual = `http://127.0.0.1:${server.port}/graphql`;
    expect((await fetch(usual, { method: 'POST' })).status).toBe(404);
  });
});

describe('database', () => {
  test('is the file that accounts and sessions are kept in, over a restart', async () => {
    const env = { GATEHOUSE_DATABASE: inFolder('own.db') };
    const first = await served(env);
    const signup = await ask(first.server.url, SIGNUP);
    await first.stop();
    expect(existsSync(inFolder('own.db'))).toBe(true);
    const { server } = await served(env);
    const authorization = `Bearer ${signup.body.data.signup.accessToken}`;
    const { body } = await ask(server.url, '{ me { email } }', { headers: { authorization } });
    expect(body.data.me.email).toBe('ann@example.com');
  });
});

describe('trustProxy', () => {
  test.each([
    ['false', '127.0.0.1'],
    ['1', '203.0.113.9'],
    ['loopback', '203.0.113.9'],
    ['10.0.0.0/8', '127.0.0.1'],
  ])('%s: the address of a forwarded request is %s', async (trustProxy, address) => {
    const { server, auth } = await served({ GATEHOUSE_TRUST_PROXY: trustProxy });
    await ask(server.url, SIGNUP, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    const [event] = await auth.services.store.auditEvents({ event: 'login', limit: 1 });
    expect(event?.ipAddress).toBe(address);
  });
});

describe('corsOrigins', () => {
  test('may call from a browser, and no other origin', async () => {
    const { server } = await served({ GATEHOUSE_CORS_ORIGINS: 'https://app.example' });
    const allowed = async (origin: string) =>
      (await ask(server.url, '{ me { id } }', { headers: { origin } })).headers.get(
        'access-control-allow-origin',
      );
    expect(await allowed('https://app.example')).toBe('https://app.example');
    expect(await allowed('https://evil.example')).toBeNull();
  });
});

describe('introspection', () => {
  test.each([
    ['true', 200],
    ['false', 400],
  ])('%s answers a query for the schema with %i', async (introspection, status) => {
    const { server } = await served({ GATEHOUSE_INTROSPECTION: introspection });
    const answer = await ask(server.url, '{ __schema { queryType { name } } }');
    expect(answer.status).toBe(status);
  });
});

describe('filterIntrospection', () => {
  test.each([
    ['false', true],
    ['true', false],
  ])('%s: whether nobody is shown what only users may read: %s', async (filter, shown) => {
    const { server } = await served({ GATEHOUSE_FILTER_INTROSPECTION: filter });
    const { body } = await ask(server.url, '{ __type(name: "Query") { fields { name } } }');
    const names = body.data.__type.fields.map(({ name }: { name: string }) => name);
    expect(names).toContain('me');
    expect(names.includes('users')).toBe(shown);
  });
});

describe('explorer', () => {
  test('is the page for a browser, where it is on', async () => {
    const { server } = await served({ GATEHOUSE_EXPLORER: 'false' });
    const page = await fetch(server.url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).not.toContain('text/html');
  });
});

describe('compiledQueries', () => {
  test.each([
    ['true', 0],
    ['false', 3],
  ])('%s: a query that is asked again has %i fields looked up in the schema', async (on, count) => {
    const { server } = await served({ GATEHOUSE_COMPILED_QUERIES: on });
    const { body } = await ask(server.url, SIGNUP);
    const headers = { authorization: `Bearer ${body.data.signup.accessToken}` };
    const me = () => ask(server.url, '{ me { email roles } }', { headers });
    await me();
    await me();
    const lookups = countLookups();
    expect((await me()).body.data).toEqual({ me: { email: 'ann@example.com', roles: [] } });
    expect(lookups()).toBe(count);
  });
});

describe('persistedQueries', () => {
  test.each([
    ['true', { data: { me: null } }],
    ['false', { errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }] }],
  ])('%s: whether a hash stands for the query that came with it', async (on, expected) => {
    const { server } = await served({ GATEHOUSE_PERSISTED_QUERIES: on });
    const query = '{ me { id } }';
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const post = async (body: object) => {
      const response = await fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...body,
          extensions: { persistedQuery: { version: 1, sha256Hash } },
        }),
      });
      return await response.json();
    };
    await post({ query });
    expect(await post({})).toMatchObject(expected);
  });
});

describe('logLevel', () => {
  test('says which lines are written: those of requests are info', async () => {
    const main = new URL('../../src/cli/main.ts', import.meta.url);
    const start = (level: string) =>
      spawnTs(main, ['--port', '0', '--explorer', 'false', '--log-level', level], {
        cwd: inFolder('.'),
        env: { GATEHOUSE_DATABASE: inFolder(`${level}.db`) },
      });
    const logged = await Promise.all(
      ['info', 'error'].map(async (level) => {
        const child = start(level);
        await child.seen(/Listening on (\S+)/);
        const [, url = ''] = /Listening on (\S+)/.exec(child.stdout()) ?? [];
        await ask(url, '{ me { id } }');
        child.process.kill('SIGTERM');
        await child.exited;
        return (child.stdout() + child.stderr()).includes('"requestId"');
      }),
    );
    expect(logged).toEqual([true, false]);
  });
});
