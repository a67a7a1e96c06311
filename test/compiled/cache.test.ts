import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, type OperationDefinitionNode } from 'graphql';
import { createCompiledQueries } from '../../src/compiled/compiledQueries.js';
import { nobody } from '../directives/support.js';
import { countLookups } from './lookups.js';

const schema = buildSchema('type A { b: Int c: A } type Query { a: A n: Int }');
const runnable = { variables: {}, guards: 'nothing' } as const;
const pending = (source: string) => {
  const document = parse(source);
  const operation = document.definitions[0] as OperationDefinitionNode;
  return { schema, document, operation, context: nobody() };
};

/** What compiling looks at in the types of a schema, in one run. */
function lookupsOf(run: () => unknown): number {
  const count = countLookups();
  run();
  return count();
}

describe('the cache of compiled queries', () => {
  test('compiles at the second sight, and once', () => {
    const queries = createCompiledQueries();
    const operation = pending('{ a { b c { b } } n }');
    const run = () => queries.run(operation, runnable);
    expect(run()).toBeNull();
    expect(lookupsOf(() => expect(run()).toEqual({ a: null, n: null }))).toBe(5);
    expect(lookupsOf(() => expect(run()).toEqual({ a: null, n: null }))).toBe(0);
  });

  test('looks at a document outside the class once, however often it comes', () => {
    const queries = createCompiledQueries();
    const operation = pending(`{ ${'n '.repeat(300)} }`);
    for (let request = 0; request < 5; request += 1) {
      expect(lookupsOf(() => expect(queries.run(operation, runnable)).toBeNull())).toBe(0);
    }
  });

  test('compiles nothing of documents that come once', () => {
    const queries = createCompiledQueries();
    const lookups = lookupsOf(() => {
      for (let at = 0; at < 1000; at += 1) void queries.run(pending(`{ x${at}: n }`), runnable);
    });
    expect(lookups).toBe(0);
  });

  test('keeps a thousand plans, and lets go of the one that was used least lately', () => {
    const queries = createCompiledQueries();
    const operations = Array.from({ length: 1001 }, (_, at) => pending(`{ x${at}: n }`));
    for (const operation of operations) void queries.run(operation, runnable);
    for (const operation of operations) void queries.run(operation, runnable);
    const again = (at: number) => lookupsOf(() => queries.run(operations[at] as never, runnable));
    expect([again(1000), again(500), again(0)]).toEqual([0, 0, 1]);
  });

  test('is bounded by what plans and their documents hold, too', () => {
    const queries = createCompiledQueries();
    const operations = Array.from({ length: 100 }, (_, at) =>
      pending(`{ ${Array.from({ length: 190 }, (_, field) => `x${at}y${field}: n`).join(' ')} }`),
    );
    for (let sight = 0; sight < 2; sight += 1) {
      for (const operation of operations) void queries.run(operation, runnable);
    }
    const kept = operations.filter(
      (operation) => lookupsOf(() => queries.run(operation, runnable)) === 0,
    );
    // 190 fields of three tokens each, and two for each field's plan.
    expect(kept.length).toBeLessThan(60);
    const last = operations.at(-1) as (typeof operations)[0];
    expect(lookupsOf(() => queries.run(last, runnable))).toBe(0);
  });

  test('makes a plan for each combination of conditions when it comes, once, and keeps all within the bound', () => {
    const queries = createCompiledQueries();
    const fields = Array.from({ length: 180 }, (_, at) => `x${at}: n`).join(' ');
    const names = ['$a', '$b', '$c', '$d'];
    const operations = Array.from({ length: 20 }, (_, at) =>
      pending(
        `query(${names.map((name) => `${name}: Boolean!`).join(' ')}) { y${at}: n ${fields}
         ${names.map((name) => `... @skip(if: ${name}) { n }`).join(' ')} }`,
      ),
    );
    const asking = (at: number, combination: number) => {
      const bits = [...'abcd'].map((name, bit) => [name, (combination & (1 << bit)) !== 0]);
      const variables = Object.fromEntries(bits) as Record<string, boolean>;
      return lookupsOf(() => queries.run(operations[at] as never, { ...runnable, variables }));
    };
    const all = Array.from({ length: 16 }, (_, combination) => combination);
    expect(asking(0, 0)).toBe(0);
    expect(all.map((each) => asking(0, each) > 0)).toEqual(all.map(() => true));
    expect(all.map((each) => asking(0, each))).toEqual(all.map(() => 0));
    for (let at = 1; at < operations.length; at += 1)
      for (const each of [0, ...all]) asking(at, each);
    // Three tokens for each field of the document, and two for each field's plan, sixteen times.
    expect(operations.filter((_, at) => asking(at, 15) === 0).length).toBeLessThan(8);
  });

  test('leaves one operation node that stands in two documents to graphql-js in the second', () => {
    const queries = createCompiledQueries();
    const first = pending('{ n }');
    const second = { ...first, document: { ...first.document } };
    void queries.run(first, runnable);
    expect(queries.run(first, runnable)).toEqual({ n: null });
    expect(queries.run(second, runnable)).toBeNull();
    expect(
      queries.run({ ...first, schema: buildSchema('type Query { n: Int }') }, runnable),
    ).toBeNull();
  });
});
