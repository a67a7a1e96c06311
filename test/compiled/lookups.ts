import { jest } from '@jest/globals';
import { GraphQLObjectType } from 'graphql';

/**
 * Counts what tells the two ways apart without a clock: graphql-js looks up each field that it executes in its type,
 * once for each object; a compiled query has them at hand. Answers how many there were, and stops.
 */
export function countLookups(): () => number {
  const spy = jest.spyOn(GraphQLObjectType.prototype, 'getFields');
  return () => {
    const count = spy.mock.calls.length;
    spy.mockRestore();
    return count;
  };
}
