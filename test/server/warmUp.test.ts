import { expect, jest, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { warmUp } from '../../src/server/warmUp.js';

test('nobody waits for the warm-up: it begins later, goes on in small steps, and is done once in a process', () => {
  jest.useFakeTimers();
  const schema = buildSchema('type Query { a: Int }');
  const validated = jest.spyOn(schema, 'getQueryType');
  warmUp(schema);
  expect(validated).not.toHaveBeenCalled();
  jest.advanceTimersByTime(99);
  expect(validated).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  const ofOne = validated.mock.calls.length;
  expect(ofOne).toBeGreaterThan(0);
  jest.runAllTimers();
  const ofAll = validated.mock.calls.length;
  expect(ofAll).toBeGreaterThan(20 * ofOne);
  warmUp(schema);
  jest.runAllTimers();
  expect(validated).toHaveBeenCalledTimes(ofAll);
  jest.useRealTimers();
});
