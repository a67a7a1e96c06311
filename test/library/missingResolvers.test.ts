import { makeExecutableSchema } from '@graphql-tools/schema';
import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import type { Auth, AuthOptions } from '../../src/index.js';
import { embedded } from './support.js';

type Resolvers = NonNullable<Parameters<typeof makeExecutableSchema>[0]['resolvers']>;
const yours = { Query: { diary: () => 'Dear diary' }, User: { name: () => 'Ann' } };
const typeDefs = 'extend type Query { diary: String } extend type User { name: String }';

/** What the start of a server warns of. */
function warnings(resolversOf: (auth: Auth) => unknown, options: AuthOptions = {}): string[] {
  const said: string[] = [];
  const warn = (_: object, message: string): void => void said.push(message);
  const log = { debug() {}, info() {}, warn, error() {} };
  const auth = embedded({ ...options, log });
  const resolvers = resolversOf(auth) as Resolvers;
  auth.guard(makeExecutableSchema({ typeDefs: [auth.typeDefs, typeDefs], resolvers }));
  return said;
}

test('a schema without our resolvers is warned of, where a login would be null and no error', () => {
  expect(warnings(() => yours)).toEqual([
    expect.stringMatching(
      /^Nothing resolves .*Query\.\w+.* and \d+ more of our API, which are null then\. Give makeExecutableSchema a list, resolvers: \[auth\.resolvers, yours\]/,
    ),
  ]);
});

test('so is one in which types of somebody else have replaced ours', () => {
  const [warning, ...others] = warnings((auth) => ({ ...auth.resolvers, User: yours.User }));
  expect(warning).toMatch(/^Nothing resolves (User\.\w+, ){2}User\.\w+/);
  expect(others).toEqual([]);
});

test.each<[string, (auth: Auth) => unknown, AuthOptions]>([
  ['all of them', (auth) => [auth.resolvers, yours], {}],
  ['one replaced', (auth) => [auth.resolvers, yours, { Query: { me: () => null } }], {}],
  [
    'fields renamed and left out',
    (auth) => [auth.resolvers, yours],
    { names: { 'Query.me': 'viewer' }, omit: ['Query.users'] },
  ],
])('nothing is warned of with %s', (_, resolversOf, options) => {
  expect(warnings(resolversOf, options)).toEqual([]);
});

test('an API of somebody else, with fields that are called as ours, is not meant', () => {
  const said: string[] = [];
  const warn = (_: object, message: string): void => void said.push(message);
  const auth = embedded({ log: { debug() {}, info() {}, warn, error() {} } });
  auth.guard(buildSchema('type Query { me: String users: [String] } type Mutation { login: Int }'));
  expect(said).toEqual([]);
});
