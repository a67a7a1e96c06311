import { expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { cli } from './cli.js';
import { databaseEnv, refresh, runningNode, signup, type RunningNode } from './runningNode.js';

interface Seen {
  readonly refusals: unknown[];
  readonly kids: Set<string>;
}

/** Reads all the time and refreshes now and then, at any of the nodes, until told to stop. */
async function client(nodes: RunningNode[], name: number, seen: Seen, isOver: () => boolean) {
  const any = () => nodes[Math.floor(Math.random() * nodes.length)] as RunningNode;
  let tokens = (await any().ask(signup(`load-${name}@example.com`))).data.signup;
  const kidOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString()).kid as string;
  while (!isOver()) {
    for (let round = 0; round < 5; round++) {
      const { data, errors } = await any().ask(
        '{ me { email } session { id } }',
        tokens.accessToken,
      );
      if (errors || data.session === null) seen.refusals.push(errors ?? data);
    }
    const { data, errors } = await any().ask(refresh(tokens.refreshToken));
    if (errors) seen.refusals.push(errors);
    else tokens = data.refreshToken;
    seen.kids.add(kidOf(tokens.accessToken)).add(kidOf(tokens.refreshToken));
  }
}

test('two servers under one key are rotated twice under load, and not one request is refused', async () => {
  const env = {
    ...databaseEnv(),
    JWT_ALGORITHM: 'ES256',
    GATEHOUSE_KEY_PUBLISH_DELAY: '1s',
  };
  await cli(['keys', 'generate'], { env });
  const nodes = [await runningNode(env), await runningNode(env)];
  let over = false;
  const seen = Array.from({ length: 4 }, (): Seen => ({ refusals: [], kids: new Set() }));
  const clients = seen.map((each, name) => client(nodes, name, each, () => over));
  const rotated: string[] = [];
  for (let round = 0; round < 2; round++) {
    for (const purpose of ['access', 'refresh']) {
      const { stdout } = await nodes[0]!.cli('keys', 'rotate', '--purpose', purpose);
      rotated.push(/key (\S+) signs/.exec(stdout)?.[1] as string);
    }
    // Each new key has signed for every client.
    await until(() => seen.every(({ kids }) => rotated.every((kid) => kids.has(kid))));
  }
  over = true;
  await Promise.all(clients);
  expect(seen.flatMap(({ refusals }) => refusals)).toEqual([]);
});
