import { expect, test } from '@jest/globals';
import { mapSchema } from '@graphql-tools/utils';
import { guarded, nobody, run, somebody } from './support.js';

const schema = guarded('type Query @authenticated { a: Int }', { Query: { a: () => 1 } });

test('__typename of a guarded root type is denied', async () => {
  expect(await run(schema, '{ name: __typename }', nobody())).toMatchObject({
    data: null,
    denied: [{ path: 'name', code: 'UNAUTHENTICATED', coordinate: 'Query.__typename' }],
  });
  expect((await run(schema, '{ __typename a }', somebody())).data).toEqual({
    __typename: 'Query',
    a: 1,
  });
});

test('on a copy that another tool has made, too', async () => {
  expect((await run(mapSchema(schema, {}), '{ __typename }', nobody())).data).toBeNull();
});

test('other schemas answer theirs as ever', async () => {
  const other = guarded('type Query { o: O } type O { a: Int }', { Query: { o: () => ({}) } });
  const { data } = await run(other, '{ __typename o { __typename } }', undefined);
  expect(data).toEqual({ __typename: 'Query', o: { __typename: 'O' } });
});
