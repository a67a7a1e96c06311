import { expect, test } from '@jest/globals';
import { cli } from './cli.js';
import { databaseEnv, refresh, runningNode, signup, type RunningNode } from './runningNode.js';

/** Reads all the time and refreshes now and then, at any of the nodes, until told to stop. */
async function client(nodes: RunningNode[], name: number, isOver: () => boolean) {
  const seen = { answers: 0, refusals: [] as unknown[], kids: new Set<string>() };
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
      seen.answers += 1;
      if (errors || data.session === null) seen.refusals.push(errors ?? data);
    }
    const { data, errors } = await any().ask(refresh(tokens.refreshToken));
    seen.answers += 1;
    if (errors) seen.refusals.push(errors);
    else tokens = data.refreshToken;
    seen.kids.add(kidOf(tokens.accessToken)).add(kidOf(tokens.refreshToken));
  }
  return seen;
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
  const clients = [0, 1, 2, 3].map((name) => client(nodes, name, () => over));
  const rotated: string[] = [];
  for (let round = 0; round < 2; round++) {
    for (const purpose of ['access', 'refresh']) {
      const { stdout } = await nodes[0]!.cli('keys', 'rotate', '--purpose', purpose);
      rotated.push(/key (\S+) signs/.exec(stdout)?.[1] as string);
    }
    await new Promise((resolve) => setTimeout(resolve, 2600));
  }
  over = true;
  const seen = await Promise.all(clients);
  expect(seen.flatMap(({ refusals }) => refusals)).toEqual([]);
  expect(seen.every(({ answers }) => answers > 20)).toBe(true);
  // Each of the four new keys has signed for every client.
  for (const { kids } of seen) expect(rotated.every((kid) => kids.has(kid))).toBe(true);
}, 30_000);
