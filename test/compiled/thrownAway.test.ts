import { expect, test } from '@jest/globals';
import { spawnTs } from '../support/child.js';

test.each([
  ['a list that arrives after another field has failed', 2],
  ['a set that arrives after another field has failed', 2],
  ['the values of a map that arrive after another field has failed', 2],
  ['a list behind an item that is an error', 2],
  ['a field behind one that has failed', 2],
  ['a field of an object behind one that has failed', 2],
  ['an object of an item behind one that has failed', 2],
])('a compiled run that is thrown away ends no process: %s', async (which, errors) => {
  const child = spawnTs(new URL('./thrownAway.ts', import.meta.url), [which]);
  expect(await child.exited).toEqual({ code: 0, signal: null });
  expect(child.stdout()).toBe(`0\n0\n0\n${errors}\nlives\n`);
});
