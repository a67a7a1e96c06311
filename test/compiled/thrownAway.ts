/**
 * An embedder's Apollo Server whose operation is compiled, and then fails. Jest has a `process` of its own: what a real
 * one does about a rejection that nobody handles is told by its end.
 */
import { ApolloServer } from '@apollo/server';
import * as disabled from '@apollo/server/plugin/disabled';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuth } from '../../src/index.js';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const auth = createAuth({ database: ':memory:', log: silent });
let isBad = false;
const bad = (failing: () => unknown, otherwise: unknown): unknown =>
  isBad ? failing() : otherwise;

const load = async (id: number) => {
  if (id === 2) throw new Error('Row 2 is gone.');
  return { id, score: 1 };
};
const typeDefs = `
  interface Named { id: ID }
  type Row implements Named { id: ID score: Int note: String next: Row }
  extend type Query { rows: [Row] slow: Int grid: [[Row]] row: Row named: Named list: [Row] set: [Row] values: [Row] }
`;
const resolvers = {
  Row: { __isTypeOf: () => true },
  Query: {
    rows: async () => {
      await sleep(20);
      return [1, isBad ? 2 : 1].map(load);
    },
    slow: async () => bad(() => Promise.reject(new Error('It failed.')), Promise.resolve(1)),
    set: async () => {
      await sleep(20);
      return new Set([1, isBad ? 2 : 1].map(load));
    },
    values: async () => {
      await sleep(20);
      return new Map([1, isBad ? 2 : 1].map((id) => [id, load(id)])).values();
    },
    grid: () => [[load(1)], bad(() => new Error('Not this one.'), []), [load(isBad ? 2 : 1)]],
    row: () => ({ id: 1, score: bad(() => 'none', 1), note: bad(() => load(2), 'n') }),
    named: () => ({
      __typename: 'Row',
      id: 1,
      next: { score: bad(() => 'none', 1), note: bad(() => load(2), 'n') },
    }),
    list: () => [
      { id: 1, score: bad(() => 'none', 1) },
      { id: 1, next: bad(() => load(2), null) },
    ],
  },
};
const queries: Record<string, string> = {
  'a list that arrives after another field has failed': '{ slow rows { id } }',
  'a set that arrives after another field has failed': '{ slow set { id } }',
  'the values of a map that arrive after another field has failed': '{ slow values { id } }',
  'a list behind an item that is an error': '{ grid { id } }',
  'a field behind one that has failed': '{ row { id score note } }',
  'a field of an object behind one that has failed':
    '{ named { id ... on Row { next { score note } } } }',
  'an object of an item behind one that has failed': '{ list { id score next { id } } }',
};

const schema = auth.guard(
  makeExecutableSchema({
    typeDefs: [auth.typeDefs, typeDefs],
    resolvers: [auth.resolvers, resolvers],
  }),
);
const plugins = [
  disabled.ApolloServerPluginCacheControlDisabled(),
  disabled.ApolloServerPluginInlineTraceDisabled(),
  disabled.ApolloServerPluginUsageReportingDisabled(),
];
const server = new ApolloServer({ schema, plugins: auth.plugins(plugins), logger: silent });
const query = queries[process.argv[2] as string] as string;
for (const fails of [false, false, false, true]) {
  isBad = fails;
  const contextValue = await auth.context({ headers: {} });
  const { body } = await server.executeOperation({ query }, { contextValue });
  if (body.kind !== 'single') throw new Error('An answer in parts.');
  console.log(body.singleResult.errors?.length ?? 0);
}
await sleep(50);
console.log('lives');
await auth.close();
