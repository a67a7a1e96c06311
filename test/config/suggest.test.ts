import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { didYouMean, distance, suggest } from '../../src/config/suggest.js';

test('the nearest name is suggested, a far one never', () => {
  expect(suggest('exipration', ['expiration', 'port'])).toBe('expiration');
  expect(suggest('JWT_SECRET', ['JWT_LEEWAY', 'JWT_SECRET_KEY'])).toBe('JWT_SECRET_KEY');
  expect(suggest('PORT', ['port'])).toBe('port');
  expect(suggest('zebra', ['port', 'host'])).toBeNull();
  expect(didYouMean('prot', ['port'], '--')).toBe(' Did you mean --port?');
  expect(didYouMean('zebra', ['port'])).toBe('');
});

test('distance is a metric', () => {
  expect(distance('kitten', 'sitting')).toBe(3);
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
      expect(distance(a, a)).toBe(0);
      expect(distance(a, b)).toBe(distance(b, a));
      expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c));
    }),
  );
});
