import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startNode, type Node } from '../../src/cli/serveNode.js';
import { configFromCode } from '../../src/config.js';
import { silentLog } from '../../src/log.js';
import { systemClock } from '../../src/time.js';
import { ask } from './support.js';

let node: Node;
beforeAll(async () => {
  const env = {
    GATEHOUSE_PORT: '0',
    GATEHOUSE_DATABASE: ':memory:',
    GATEHOUSE_EXPLORER: 'false',
    GATEHOUSE_MAX_BODY_SIZE: '2KiB',
    GATEHOUSE_MAX_TOKENS: '60',
    GATEHOUSE_MAX_DEPTH: '3',
    GATEHOUSE_MAX_ALIASES: '2',
    GATEHOUSE_MAX_ROOT_FIELDS: '4',
    GATEHOUSE_MAX_DIRECTIVES: '2',
    GATEHOUSE_MAX_FRAGMENTS: '2',
    GATEHOUSE_MAX_VARIABLE_DEPTH: '2',
  };
  const config = configFromCode('test', { env, readFile: () => '' });
  node = await startNode(config, silentLog, systemClock);
});
afterAll(() => node.stop());

/** What is excessive; null for a document that is let through. */
async function excess(query: string, variables: object = {}) {
  const { status, body } = await ask(node.server.url, query, { variables });
  if (status === 200) return null;
  const { code, limit, allowed, count } = body.errors[0].extensions;
  return [status, code, limit, allowed, count];
}
const tooMuch = (limit: string, allowed: number, count = allowed + 1) => [
  400,
  'DOCUMENT_TOO_COMPLEX',
  limit,
  allowed,
  count,
];

describe('maxBodySize', () => {
  test('bounds a request: a larger one is 413', async () => {
    const ofSize = (size: number) =>
      fetch(node.server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ me { id } }"}'.padEnd(size),
      });
    expect((await ofSize(2048)).status).toBe(200);
    expect((await ofSize(2049)).status).toBe(413);
  });
});

describe('maxTokens', () => {
  test('bounds the lexical tokens of a document', async () => {
    const ofTokens = (count: number) =>
      `{ ${'__typename '.repeat(3)}${'me '.repeat(0)}me { ${'id '.repeat(count - 8)}} }`;
    expect(await excess(ofTokens(60))).toBeNull();
    expect(await excess(ofTokens(61))).toEqual(tooMuch('maxTokens', 60));
  });
});

describe('maxDepth', () => {
  test('bounds the levels of nested fields', async () => {
    expect(await excess('{ me { sessions { id } } }')).toBeNull();
    expect(await excess('{ me { sessions { user { id } } } }')).toEqual(tooMuch('maxDepth', 3, 4));
  });
});

describe('maxAliases', () => {
  test('bounds aliases', async () => {
    expect(await excess('{ a: __typename b: __typename }')).toBeNull();
    expect(await excess('{ a: __typename b: __typename c: __typename }')).toEqual(
      tooMuch('maxAliases', 2),
    );
  });
});

describe('maxRootFields', () => {
  test('bounds root fields', async () => {
    expect(await excess(`{ ${'__typename '.repeat(4)}}`)).toBeNull();
    expect(await excess(`{ ${'__typename '.repeat(5)}}`)).toEqual(tooMuch('maxRootFields', 4));
  });
});

describe('maxDirectives', () => {
  test('bounds directives', async () => {
    const one = '__typename @skip(if: false)';
    expect(await excess(`{ ${one} me { id @skip(if: false) } }`)).toBeNull();
    expect(await excess(`{ ${one} me @skip(if: false) { id @skip(if: false) } }`)).toEqual(
      tooMuch('maxDirectives', 2),
    );
  });
});

describe('maxFragments', () => {
  test('bounds fragments and their spreads', async () => {
    const fragment = 'fragment F on Query { __typename }';
    expect(await excess(`{ ...F } ${fragment}`)).toBeNull();
    expect(await excess(`{ ...F ...F ...F } ${fragment}`)).toEqual(tooMuch('maxFragments', 2));
  });
});

describe('maxVariableDepth', () => {
  test('bounds the levels of nested values in the variables', async () => {
    const query = 'query($c: [String!]!) { viewerCan(coordinates: $c) }';
    expect(await excess(query, { c: ['Query.me'] })).toBeNull();
    expect(await excess(query, { c: [[['Query.me']]] })).toEqual(tooMuch('maxVariableDepth', 2));
  });
});
