import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  documents,
  inputs,
  times,
  withInput,
} from '../../bench/workloads/parts/hostileDocuments.mjs';
import { served } from '../settings/support.js';
import { ask, post, start } from './testServer.js';

const fresh = (document: string, round: number): string => `${document}${' '.repeat(round)}`;

const LIMIT = 50;
const MAX_ROUNDS = 25;

/**
 * The time that a request can have held the event loop, client and server together: not more than it took, nor than all
 * threads were at work. The least of several: what else runs on this machine only adds, and while it does there are more
 * rounds. What really takes longer takes longer in each.
 */
async function leastOfSeveral(
  run: (round: number) => Promise<unknown>,
  limit = LIMIT,
): Promise<number> {
  let least = Infinity;
  for (let round = 1; round <= MAX_ROUNDS && (round <= 5 || least >= limit); round += 1) {
    const [begun, start] = [performance.now(), process.cpuUsage()];
    await run(round);
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000, performance.now() - begun);
  }
  return least;
}

/** The first big documents pay for compiling the parser and the rules; that is not what is measured here. */
beforeAll(async () => {
  const server = await start();
  for (let round = 0; round < 12; round += 1) {
    await ask(server.url, `{ me { friend(ids: [${times(2000 + round, '1')}]) { zzz } } }`);
    await ask(server.url, `query(${times(600 + round, '$a: Int')}) { ping(n: $a) }`);
    await ask(server.url, `{ me { ${times(1500 + round, (index) => `x${index}`)} } }`);
  }
  await server.stop();
});

describe('a rejected document of up to 100 kB is answered within 50 ms', () => {
  test.each(Object.entries(documents))('%s', async (_name, document) => {
    expect(document.length).toBeLessThanOrEqual(100_000);
    const { url } = await start();
    await ask(url, '{ ping }');
    const least = await leastOfSeveral(async (round) => {
      const { body } = await ask(url, fresh(document, round));
      expect(body.errors.length).toBeGreaterThan(0);
      expect(body.errors.length).toBeLessThanOrEqual(5);
    });
    expect(least).toBeLessThan(LIMIT);
  });
});

describe('a rejected input', () => {
  let url: string;
  beforeAll(async () => {
    url = (await served({})).server.url;
  });

  const members = times(88_000, (index) => `"m${index}":1`, ',');
  test.each([
    ['unknown fields', `{${members}}`],
    ['an object in place of a text', `{"email":{${members}}}`],
    ['an object in place of a secret', `{"email":"a","password":{${members}}}`],
  ])('of 1 MB is answered within 300 ms: %s', async (_name, input) => {
    const limit = 300;
    const least = await leastOfSeveral(async () => {
      const { status, body } = await post(url, withInput(input));
      expect([status, body.errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
    }, limit);
    expect(least).toBeLessThan(limit);
  });

  test.each(Object.entries(inputs))(
    'of up to 100 kB is answered within 50 ms: %s',
    async (_name, input) => {
      expect(input.length).toBeLessThanOrEqual(100_000);
      const least = await leastOfSeveral(async () => {
        const { body } = await post(url, withInput(input));
        expect(body.errors.length).toBeGreaterThan(0);
        expect(body.errors.length).toBeLessThanOrEqual(5);
      });
      expect(least).toBeLessThan(LIMIT);
    },
  );
});
