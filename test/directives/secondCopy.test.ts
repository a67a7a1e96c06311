import { expect, test } from '@jest/globals';
import { runTs } from '../support/child.js';

test.each([
  ['development', 'from another module or realm'],
  ['production', '`npm ls graphql` shows where the copies come from'],
])('a schema of another copy of graphql is told as one in %s', async (NODE_ENV, said) => {
  const file = new URL('./secondCopy.ts', import.meta.url);
  expect((await runTs(file, [], { env: { NODE_ENV } })).stdout).toContain(said);
});
