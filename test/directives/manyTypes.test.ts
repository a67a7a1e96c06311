import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  GraphQLSchema,
  parse,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import { build, guards, nobody, somebody } from './support.js';

const TYPES = 60;
const LEVELS = 15;

let looks = 0;

/** The types of an interface, which tell how often one of them is looked at. */
class Counted extends Array<GraphQLObjectType> {
  static override get [Symbol.species]() {
    return Array;
  }
  override *[Symbol.iterator](): ArrayIterator<GraphQLObjectType> {
    for (let at = 0; at < this.length; at += 1) {
      looks += 1;
      yield this[at] as GraphQLObjectType;
    }
  }
}
for (const method of ['some', 'every', 'map', 'filter'] as const) {
  Counted.prototype[method] = function (this: Counted, ...given: unknown[]) {
    return ([...this][method] as (...all: unknown[]) => unknown)(...given);
  } as never;
}

type Lookup = (this: GraphQLSchema, type: GraphQLAbstractType) => readonly GraphQLObjectType[];
const getPossibleTypes = Reflect.get(GraphQLSchema.prototype, 'getPossibleTypes') as Lookup;
const counted = new WeakMap<readonly GraphQLObjectType[], Counted>();

function countTypes(): void {
  jest.spyOn(GraphQLSchema.prototype, 'getPossibleTypes').mockImplementation(function (
    this: GraphQLSchema,
    type: GraphQLAbstractType,
  ) {
    const types = getPossibleTypes.call(this, type);
    const known = counted.get(types) ?? (Counted.from(types) as Counted);
    counted.set(types, known);
    return known;
  });
}

afterEach(() => void jest.restoreAllMocks());

const types = Array.from(
  { length: TYPES },
  (
    _,
    at,
  ) => `type T${at} implements Node { id: ID nodes: [Node] other: Other own${at}: Int @authenticated }
    type O${at} implements Other { node: Node }`,
);
const typeDefs = `interface Node { id: ID nodes: [Node] other: Other } interface Other { node: Node }
  ${types.join('\n')} type Query { node: Node mine: Int @authenticated }`;

const nested = (inside: string): string =>
  `{ mine node { ${'nodes { '.repeat(LEVELS)} ${inside} ${'}'.repeat(LEVELS)} } }`;

/** A look at each type for each level is what the document and the schema have; each for each type is a minute's work. */
const FEW = 12 * LEVELS * TYPES;

describe('an interface of many types whose fields lead back to it', () => {
  test.each([
    ['nothing below is denied', nested('id'), 1],
    ['something is at the end', nested('... on T7 { own7 }'), 2],
    ['another interface is in between', nested('other { node { other { node { id } } } }'), 1],
  ])('costs each of its types a look a level: %s', (_, source, denied) => {
    countTypes();
    const by = guards({ onUnauthorized: 'reject' });
    const schema = by.guard(build(typeDefs));
    const document = parse(source);
    const operation = document.definitions[0] as OperationDefinitionNode;
    looks = 0;
    const judged = by.judge(schema, document, operation, {}, nobody());
    if (judged instanceof Promise) throw new Error('Nothing here answers later.');
    expect(judged.denials).toHaveLength(denied);
    expect(looks).toBeLessThan(FEW);
    expect(looks).toBeGreaterThan(TYPES);
  });

  test('has its policies settled by a look at each', async () => {
    countTypes();
    const policed = typeDefs.replace(
      /(type T\d+ implements Node) /g,
      '$1 @policy(policies: [["p"]]) ',
    );
    const by = guards({ policies: { p: () => Promise.resolve(true) } });
    const schema = by.guard(build(policed));
    const document = parse(nested('id'));
    const operation = document.definitions[0] as OperationDefinitionNode;
    looks = 0;
    const judged = await by.judge(schema, document, operation, {}, somebody());
    expect(judged.denials).toEqual([]);
    expect(looks).toBeLessThan(FEW);
    expect(looks).toBeGreaterThan(TYPES);
  });
});
