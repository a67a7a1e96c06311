import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { sliceState, giveWay, afterQueries, queryCame } from '../../src/precedence.js';
import { end } from '../../src/server/outbox.js';
import { busy } from '../support/busy.js';
import { stopClock } from '../support/stopClock.js';
import { until } from '../support/until.js';
import { raw, start } from './testServer.js';

/** A response that notes when it is ended. */
function responses() {
  const ended: string[] = [];
  const one = { end: (body: string) => ended.push(body) } as unknown as ServerResponse;
  return { ended, end: (body: string) => end(one, body, 'latin1') };
}

const names = (count: number) => Array.from({ length: count }, (_, n) => `answer ${n}`);

describe('answers', () => {
  test('of one turn leave together, at its end, in their order', async () => {
    const { ended, end } = responses();
    stopClock();
    names(5).forEach(end);
    await Promise.resolve();
    expect(ended).toEqual([]);
    await turn();
    expect(ended).toEqual(names(5));
  });

  test('wait for seven others at most', async () => {
    const { ended, end } = responses();
    stopClock();
    names(19).forEach(end);
    expect(ended).toEqual(names(16));
    await turn();
    expect(ended).toEqual(names(19));
  });

  test('wait no longer than the next one after a millisecond', async () => {
    const { ended, end } = responses();
    const goOn = stopClock();
    end('first');
    goOn(2);
    end('second');
    expect(ended).toEqual(['first', 'second']);
    await turn();
    expect(ended).toEqual(['first', 'second']);
  });
});

describe('while mutations wait for queries', () => {
  beforeEach(() => queryCame());
  afterEach(async () => {
    await until(() => sliceState() === 'none');
    await delay(150);
  });

  test('the first query of a turn is answered at once, and others together', async () => {
    const { ended, end } = responses();
    stopClock();
    afterQueries(() => undefined);
    names(3).forEach(end);
    expect(ended).toEqual(names(1));
    await turn();
    expect(ended).toEqual(names(3));
  });

  test('a query that was ready before they came is answered when they come', () => {
    const { ended, end } = responses();
    stopClock();
    end('query');
    expect(ended).toEqual([]);
    afterQueries(() => undefined);
    expect(ended).toEqual(['query']);
  });

  test('their answers wait for those of the next slices, a millisecond at most', async () => {
    const groups: number[] = [];
    for (let round = 0; round < 20; round++) {
      const { ended, end } = responses();
      const seen: number[] = [];
      queryCame();
      for (const name of names(12)) {
        afterQueries(() => {
          end(name);
          seen.push(ended.length);
          busy(0.12);
        });
      }
      await until(() => ended.length === 12);
      expect(ended).toEqual(names(12));
      groups.push(new Set(seen).size);
    }
    // A slice has one or two of them. On a machine that is held up some leave earlier.
    expect(Math.min(...groups)).toBeLessThan(4);
  });

  test('an answer leaves before work that cannot be divided', () => {
    const { ended, end } = responses();
    end('query');
    giveWay();
    expect(ended).toEqual(['query']);
  });
});

test('a client that has gone meanwhile takes no other answer along', async () => {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, ['content-length', '2']);
      if (request.url === '/gone') response.destroy();
      end(response, 'ok', 'latin1');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const ask = (path: string) =>
      fetch(`http://127.0.0.1:${port}${path}`).then(
        (answer) => answer.text(),
        () => 'lost',
      );
    for (let n = 0; n < 20; n++) {
      expect(await Promise.all([ask('/a'), ask('/gone'), ask('/b')])).toEqual(['ok', 'lost', 'ok']);
    }
  } finally {
    server.close();
  }
});

test('requests that come in one packet on one connection are answered in their order', async () => {
  const { url } = await start();
  const bodyOf = (n: number) => JSON.stringify({ query: `{ ping(text: "number ${n}") }` });
  const requests = Array.from({ length: 20 }, (_, n) =>
    [
      'POST /graphql HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      `Content-Length: ${bodyOf(n).length}`,
      ...(n === 19 ? ['Connection: close'] : []),
      '',
      bodyOf(n),
    ].join('\r\n'),
  ).join('');
  const answer = await raw(Number(new URL(url).port), requests);
  expect([...answer.matchAll(/number (\d+)/g)].map(([, n]) => Number(n))).toEqual(
    Array.from({ length: 20 }, (_, n) => n),
  );
});
