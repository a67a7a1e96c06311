import { describe, expect, test } from '@jest/globals';
import { redact } from '../src/redact.js';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl';
/** As a log line shows it. */
const shown = (value: unknown): string => JSON.stringify({ shown: redact(value) });

describe('what a log line is given', () => {
  test('is shown as it is where nothing in it is secret', () => {
    const details = { requestId: 'r-1', status: 200, codes: ['FORBIDDEN'], at: { deep: [null] } };
    expect(redact(details)).toBe(details);
    expect(redact('Not ready: the store does not answer.')).toBe(
      'Not ready: the store does not answer.',
    );
  });

  test.each<[string, unknown]>([
    ['a text', `near ${TOKEN}!`],
    ['a text without spaces', `(${TOKEN})`],
    ['a header without dots', 'Bearer c2lnbmF0dXJlLWFuZC1tb3Jl'],
    ['a list in an object', { a: ['fine', { b: TOKEN }] }],
    ['a name', { [TOKEN.slice(0, 3)]: 1, Password: 'c2lnbmF0dXJl' }],
    ['a value behind clean ones', { a: 'fine', b: 2, token: 'c2lnbmF0dXJl' }],
    ['an error', new Error(TOKEN, { cause: new Error(TOKEN) })],
    ['an object that is more than its properties', { url: new URL(`https://a.example/${TOKEN}`) }],
    ['an object that spells itself', { toJSON: () => TOKEN }],
  ])('is shown without the secret in %s', (_, value) => {
    expect(shown(value)).not.toMatch(/c2lnbmF0dXJl|e30/);
  });

  test('is not changed by being shown', () => {
    const details = { token: 'c2lnbmF0dXJl', list: [TOKEN] };
    void redact(details);
    expect(details).toEqual({ token: 'c2lnbmF0dXJl', list: [TOKEN] });
  });
});
