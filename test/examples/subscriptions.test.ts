import { expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bearer, connect, connected } from '../socket/client.js';
import { spawnTs } from '../support/child.js';
import { examples, expectPinned, running, type Running } from './running.js';

const account = 'input: { email: "ann@example.com", password: "a long sentence is fine" }';
const ticks = { id: 't', type: 'subscribe', payload: { query: 'subscription { ticks }' } };
const woundUp = 'The clock is wound up.';

const urlOf = (stdout: string): string => /Listening on (\S+)/.exec(stdout)?.[1] as string;
const within = (promise: Promise<unknown>, milliseconds: number) =>
  Promise.race([promise, delay(milliseconds, 'too late', { ref: false })]);

async function signup({ ask }: Running): Promise<string> {
  const { data } = await ask(`mutation { signup(${account}) { accessToken } }`);
  return data.signup.accessToken;
}

test('a good token gets events until it logs out; a new one gets them again', () =>
  running('subscriptions', async (server) => {
    const { ask, stdout } = server;
    const url = urlOf(stdout());
    const token = await signup(server);
    const client = await connected(url, bearer(token));
    client.send(ticks);
    for (const count of [1, 2, 3]) {
      expect(await client.next()).toEqual({
        id: 't',
        type: 'next',
        payload: { data: { ticks: count } },
      });
    }

    const idle = await connected(url, bearer(token));
    await ask('mutation { logout { revokedSessions } }', token);
    for (const { closed } of [client, idle]) {
      expect(await within(closed, 3000)).toEqual({ code: 4403, reason: 'TOKEN_REVOKED' });
    }

    const { data } = await ask(`mutation { login(${account}) { accessToken } }`);
    const again = await connected(url, bearer(data.login.accessToken));
    again.send(ticks);
    expect((await again.next()).payload).toEqual({ data: { ticks: 1 } });
  }));

test('without a token the subscription is denied, and its source does not start', () =>
  running('subscriptions', async ({ stdout }) => {
    const client = await connected(urlOf(stdout()));
    client.send(ticks);
    expect((await client.next()).payload.errors).toMatchObject([
      { path: ['ticks'], extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_MISSING' } },
    ]);
    expect(await client.next()).toEqual({ id: 't', type: 'complete' });
    await delay(200);
    expect(stdout()).not.toContain(woundUp);
  }));

test('a token that is none closes the socket', () =>
  running('subscriptions', async ({ stdout }) => {
    const client = await connect(urlOf(stdout()), bearer('nonsense'));
    expect(await within(client.closed, 3000)).toEqual({ code: 4403, reason: 'TOKEN_MALFORMED' });
  }));

test('SIGTERM closes its sockets with 1001, and ends it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-example-'));
  const child = spawnTs(join(examples, 'subscriptions/server.mjs'), [], {
    cwd: folder,
    env: { PORT: '0' },
  });
  try {
    await child.seen(/Listening on \S+/);
    const client = await connected(urlOf(child.stdout()));
    child.process.kill('SIGTERM');
    expect(await within(client.closed, 3000)).toMatchObject({ code: 1001 });
    expect(await within(child.exited, 3000)).toEqual({ code: 0, signal: null });
  } finally {
    child.process.kill('SIGKILL');
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  }
});

test('subscriptions has at most 60 lines, and pins what it was tested with', () => {
  const lines = readFileSync(join(examples, 'subscriptions/server.mjs'), 'utf8').split('\n');
  expect(lines.length).toBeLessThanOrEqual(61);
  expectPinned('subscriptions');
});
