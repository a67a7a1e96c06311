import { expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLError } from 'graphql';
import { embedded, run } from './support.js';

async function namesFor(filterIntrospection: boolean): Promise<string[]> {
  const auth = embedded({ filterIntrospection });
  const { typeDefs, resolvers } = auth;
  const schema = auth.guard(makeExecutableSchema({ typeDefs, resolvers }));
  const { data } = await run(auth, schema, '{ __schema { queryType { fields { name } } } }');
  return data.__schema.queryType.fields.map(({ name }: { name: string }) => name);
}

test('createAuth filters introspection where it is told to', async () => {
  expect(await namesFor(true)).toEqual(['me', 'verifyToken', 'viewerCan']);
  expect(await namesFor(false)).toContain('users');
});

test.each([
  [true, 'Cannot query field "usrs" on type "Query".'],
  [false, 'Cannot query field "usrs" on type "Query". Did you mean "users"?'],
])('formatError, filterIntrospection %s: %s', (filterIntrospection, expected) => {
  const message = 'Cannot query field "usrs" on type "Query". Did you mean "users"?';
  const error = new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  const auth = embedded({ filterIntrospection });
  expect(auth.formatError(error.toJSON(), error).message).toBe(expected);
});

test('what a resolver says on purpose stays as it is', () => {
  const message = 'There is no "usrs". Did you mean "users"?';
  const error = new GraphQLError(message, { path: ['me'] });
  const auth = embedded({ filterIntrospection: true });
  expect(auth.formatError(error.toJSON(), error).message).toBe(message);
});
