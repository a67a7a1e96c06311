import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLFormattedError } from 'graphql';
import { join } from 'node:path';
import { AuthError } from '../../src/index.js';
import { spawnTs } from '../support/child.js';
import { embedded } from './support.js';

// Not all of them can be loaded here.
let child: ReturnType<typeof spawnTs>;
let urls: Record<string, string>;
beforeAll(async () => {
  child = spawnTs(join(import.meta.dirname, 'fixtures/masking.mjs'), []);
  await child.seen(/Listening on .*\}/);
  urls = JSON.parse(/Listening on (.*)/.exec(child.stdout())?.[1] as string);
});
afterAll(async () => {
  child.process.kill('SIGKILL');
  await child.exited;
});

async function ask(server: string, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(urls[server] as string, { method: 'POST', headers, body })).text();
}

describe.each(['GraphQL Yoga', 'graphql-http', 'Mercurius'])('with %s', (server) => {
  test('an unexpected error is sent as an id, and logged whole under it', async () => {
    const query = '{ fails refuses down guarded }';
    const text = await ask(server, JSON.stringify({ query }));
    expect(text).not.toMatch(/hunter2|db\.internal/);
    const { errors } = JSON.parse(text) as { errors: GraphQLFormattedError[] };
    const of = (name: string) => errors.find(({ path }) => path?.[0] === name);
    expect(of('fails')).toEqual({
      message: 'Something went wrong on our side.',
      locations: [{ line: 1, column: 3 }],
      path: ['fails'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
    });
    expect(of('refuses')?.message).toBe('Not today.');
    expect(of('down')?.extensions).toEqual({ code: 'SERVICE_UNAVAILABLE', retryAfter: 1 });
    expect(of('guarded')?.extensions).toMatchObject({ reason: 'TOKEN_MISSING' });
    const id = String(of('fails')?.extensions?.['requestId']);
    const line = child
      .stderr()
      .split('\n')
      .find((one) => one.includes(id));
    expect(JSON.parse(line ?? '')).toMatchObject({
      level: 'error',
      err: { message: 'the password of the database is hunter2' },
    });
  });

  test.each(['{', '{}', '{"query":"{ nope }"}'])('who sends %s is told why not', async (body) => {
    const logged = child.stderr();
    expect(await ask(server, body)).not.toContain('went wrong');
    expect(child.stderr()).toBe(logged);
  });
});

test('what was thrown on purpose is the same error, with the status that a server takes from it', () => {
  const { maskError } = embedded();
  const refusal = new AuthError('FORBIDDEN', {
    http: { status: 403, headers: new Map() },
  });
  expect(maskError(refusal)).toBe(refusal);
});

test('what is no GraphQLError is unexpected', () => {
  const { extensions, message } = embedded().maskError(new Error('hunter2'));
  expect([message, extensions['code']]).toEqual([
    'Something went wrong on our side.',
    'INTERNAL_SERVER_ERROR',
  ]);
});
