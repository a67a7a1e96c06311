import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { firstRequests, greeting } from '../../src/cli/greeting.js';

const admin = { email: "o'hara@example.com", password: 'p"a\\s$s`w' };

/** A server that answers a login with a token, and anything else with what it got. */
async function echo<T>(work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { query } = JSON.parse(body) as { query: string };
      const { authorization } = request.headers;
      const login = { data: { login: { accessToken: 'a.b-_.c' } } };
      const isLogin = query.includes('login') && authorization === undefined;
      response.end(JSON.stringify(isLogin ? { ...login, query } : { authorization, query }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
  } finally {
    server.close();
  }
}

const bash = async (line: string): Promise<Record<string, unknown>> => {
  const { stdout } = await promisify(execFile)('bash', ['-c', line]);
  return JSON.parse(stdout) as Record<string, unknown>;
};

test('what is pasted into bash arrives unchanged, whatever the email and the password hold', () =>
  echo(async (url) => {
    const { login, me } = firstRequests(url, 'Bearer', admin);
    expect((await bash(login))['query']).toBe(
      `mutation { login(input: { email: "o'hara@example.com", password: "p\\"a\\\\s$s\`w" }) { accessToken } }`,
    );
    expect(await bash(me)).toEqual({
      authorization: 'Bearer a.b-_.c',
      query: '{ me { email roles } }',
    });
  }));

test('the password is printed on the first start only', () => {
  const url = 'http://127.0.0.1:4000/graphql';
  expect(greeting(url, 'Bearer', admin)).toContain(admin.password);
  expect(greeting(url, 'Bearer', null)).toBe(`Listening on ${url}\n\n`);
});

test('no token is asked for where payloads hide them', () => {
  const shown = greeting('http://127.0.0.1:4000/graphql', 'Bearer', admin, true);
  expect(shown).toContain('login');
  expect(shown).not.toContain('Authorization');
});
