import { describe, expect, test } from '@jest/globals';
import { removeSecrets } from '../src/secrets.js';

describe('what stands in place of a secret', () => {
  test('is not taken for one, whatever parts of it are secrets too', () => {
    const parts = ['acted]', '[reda', 'dac', 'ted', 'red', 'act'];
    expect(removeSecrets('say hunter2 and redacted', ['hunter2', ...parts])).toBe(
      'say [redacted] and re[redacted][redacted]',
    );
    const hostile = Array.from({ length: 40 }, (_, at) =>
      '[redacted]'.slice(at % 7, 10 - (at % 3)),
    );
    const text = 'redacted'.repeat(10_000);
    expect(removeSecrets(text, hostile).length).toBeLessThan(5 * text.length);
  });

  test('takes the place of the whole text where looking for the secrets would take long', () => {
    const secrets = Array.from(
      { length: 300 },
      (_, at) => `${'x'.repeat(300)}${at}${'x'.repeat(300)}`,
    );
    expect(removeSecrets('x'.repeat(100_000), secrets)).toBe('[redacted]');
  });

  test('leaves a text alone that is shorter than each', () => {
    expect(removeSecrets('short', Array<string>(1000).fill('longer than that'))).toBe('short');
  });
});
