import { expect, jest, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { silentLog } from '../../src/log.js';
import { createErrorDesk } from '../../src/server/errorDesk.js';

test('a masked error that no request claims or adopts is logged once others take its place, and all are bounded', () => {
  const error = jest.fn();
  let id = 0;
  const desk = createErrorDesk({
    log: { ...silentLog, error },
    newRequestId: () => `id-${id++}`,
    hideSuggestions: true,
  });
  const fail = (text: string) => {
    const failure = new GraphQLError(text, { originalError: new Error(text) });
    return desk.format(failure.toJSON(), failure);
  };
  for (let count = 0; count < 100; count++) fail(`failure ${count}`);
  expect(error).not.toHaveBeenCalled();
  expect(fail('one more').extensions?.['requestId']).toBe('id-100');
  expect(error).toHaveBeenCalledTimes(1);
  expect(error.mock.calls[0]).toEqual([
    expect.objectContaining({ requestId: 'id-0' }),
    expect.any(String),
  ]);
});
