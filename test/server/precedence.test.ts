import { makeExecutableSchema } from '@graphql-tools/schema';
import { beforeEach, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { silentLog } from '../../src/log.js';
import { afterQueries } from '../../src/precedence.js';
import { busy } from '../support/busy.js';
import { until } from '../support/until.js';
import { post, raw, start } from './testServer.js';

const asked: string[] = [];
const schema = makeExecutableSchema({
  typeDefs: 'type Query { read: Int } type Mutation { write(n: Int): Int }',
  resolvers: {
    Query: { read: () => asked.push('query') },
    Mutation: {
      write: (_: unknown, { n }: { n?: number }) => {
        asked.push(n === undefined ? 'mutation' : `mutation ${n}`);
        return n;
      },
    },
  },
});
beforeEach(() => void asked.splice(0));

const READ = '{ read }';
const WRITE = 'mutation Write($n: Int) { write(n: $n) }';
const bodyOf = (query: string, n?: number) => JSON.stringify({ query, variables: { n } });
const requestOf = (body: string, more: string[] = []) =>
  [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    ...more,
    '',
    body,
  ].join('\r\n');

/** A server that has seen both operations often enough to know them; the last it has seen is a query. */
async function startKnowing(options: Parameters<typeof start>[0] = {}) {
  const { url } = await start({ schema, ...options });
  for (const query of [WRITE, READ]) {
    for (let time = 0; time < 4; time++) await post(url, bodyOf(query));
  }
  asked.splice(0);
  return url;
}

test('a query overtakes mutations that came before it, and they are all done', async () => {
  const url = await startKnowing();
  const places: number[] = [];
  for (let round = 0; round < 20; round++) {
    asked.splice(0);
    const mutations = Array.from({ length: 30 }, () => post(url, bodyOf(WRITE)));
    const answers = await Promise.all([...mutations, post(url, bodyOf(READ))]);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(asked.filter((name) => name === 'mutation')).toHaveLength(30);
    places.push(asked.indexOf('query'));
  }
  places.sort((a, b) => a - b);
  // On a busy machine all may have been done before the query is read, in most of the rounds.
  expect(places[5]).toBeLessThan(25);
});

test('of the mutations of one connection only that waits whose answer is the next, and answers keep their order', async () => {
  const url = await startKnowing();
  const numbers = Array.from({ length: 50 }, (_, n) => n);
  const requests = numbers.map((n) =>
    requestOf(bodyOf(WRITE, n), n === 49 ? ['Connection: close'] : []),
  );
  await post(url, bodyOf(READ));
  asked.splice(0);
  const answer = await raw(Number(new URL(url).port), requests.join(''));
  expect([...answer.matchAll(/"write":(\d+)/g)].map(([, n]) => Number(n))).toEqual(numbers);
  // All came at once; the first waited for queries, and let those behind it pass, which must wait for its answer.
  expect(asked[0]).toBe('mutation 1');
  expect([...asked].sort()).toEqual(numbers.map((n) => `mutation ${n}`).sort());
});

test('a mutation whose client left while it waited is done, and is named in the log', async () => {
  const lines: object[] = [];
  const log = { ...silentLog, info: (details: object) => void lines.push(details) };
  const url = await startKnowing({ log });
  const port = Number(new URL(url).port);
  for (let round = 0; round < 20; round++) {
    await post(url, bodyOf(READ));
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    // Others are before it for long enough that the server hears of its client first.
    for (let task = 0; task < 100; task++) afterQueries(() => busy(0.3));
    socket.write(requestOf(bodyOf(WRITE, round)), () => socket.destroy());
    await until(() => asked.includes(`mutation ${round}`));
  }
  await until(() => lines.length >= 8 + 40);
  const aborted = lines.filter((line) => 'aborted' in line);
  expect(aborted.length).toBeGreaterThan(0);
  for (const line of aborted) expect(line).toMatchObject({ operationName: 'Write' });
});
