import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNode, type Node } from '../../src/cli/serveNode.js';
import { configFromCode } from '../../src/config.js';
import { silentLog } from '../../src/log.js';
import { systemClock } from '../../src/time.js';

let node: Node;
let folder: string;
afterEach(async () => {
  await node.stop();
  rmSync(folder, { recursive: true });
});

async function ask(onInvalidToken: 'continue' | 'reject', headers: Record<string, string>) {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  const settings = { port: 0, host: '127.0.0.1', database: join(folder, 'x.db'), onInvalidToken };
  const config = configFromCode('test', { code: settings, readFile: () => '' });
  node = await startNode(config, silentLog, systemClock);
  const response = await fetch(node.server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"query":"{ me { id } roles { name } }"}',
  });
  return { response, body: (await response.json()) as any };
}

describe('a refused token, over HTTP', () => {
  test('is 401 with a challenge and no data where onInvalidToken is reject', async () => {
    const { response, body } = await ask('reject', { authorization: 'Bearer a.b.c' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer error="invalid_token", error_description="[^"]+"$/,
    );
    expect(body.data).toBeUndefined();
    expect(body.errors[0].extensions).toEqual({
      code: 'UNAUTHENTICATED',
      reason: expect.stringMatching(/^TOKEN_/),
      refreshable: false,
    });
  });

  test('no token at all is not refused by it', async () => {
    const { response, body } = await ask('reject', {});
    expect(response.status).toBe(200);
    expect(body.data).toEqual({ me: null, roles: null });
  });

  test('goes on to the guards otherwise', async () => {
    const { response, body } = await ask('continue', { authorization: 'Bearer a.b.c' });
    expect(response.status).toBe(200);
    expect(body.data).toEqual({ me: null, roles: null });
    expect(body.errors).toHaveLength(2);
  });
});
