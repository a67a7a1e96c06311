import { expect, test } from '@jest/globals';
import { graphql } from 'graphql';
import { embedded, nobody, ownApi } from '../library/support.js';

test('any server may put the denials of a finished answer where the options say', async () => {
  const auth = embedded({ errors: 'extensions' });
  const { schema } = ownApi(auth);
  const contextValue = await auth.context(nobody);
  const answer = await graphql({ schema, source: '{ open secret }', contextValue });
  expect(answer.errors).toHaveLength(1);
  const told = auth.respond(answer);
  expect(told.errors).toBeUndefined();
  expect(told.extensions).toMatchObject({ authorizationErrors: [{ path: ['secret'] }] });
});
