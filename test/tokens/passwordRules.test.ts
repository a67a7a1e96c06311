import { describe, expect, test } from '@jest/globals';
import { passwordProblem } from '../../src/tokens/passwordRules.js';

const problem = (password: string, email = 'ann.example@example.com') =>
  passwordProblem(password, email);

describe('a new password', () => {
  test.each([
    'correct horse battery',
    'x7!kq2Zp',
    '\u{1f511}'.repeat(8),
    'q\u0301'.repeat(4),
    '\u{1f511}'.repeat(256),
    'e\u0301'.repeat(256),
    'xyz'.repeat(85),
    '        ',
    'ann.example2',
  ])('%p is accepted', async (password) => expect(await problem(password)).toBeNull());

  test.each([
    ['', 'at least 8'],
    ['x7!kq2Z', 'at least 8'],
    ['\u{1f511}'.repeat(7), 'at least 8'],
    ['e\u0301'.repeat(7), 'at least 8'],
    ['x'.repeat(257), 'at most 256'],
    ['\u{1f511}'.repeat(257), 'at most 256'],
    ['x'.repeat(1_000_000), 'at most 256'],
    ['abcdefg\ud800', 'not valid text'],
    ['\udc00abcdefg', 'not valid text'],
  ])('%p: %s', async (password, message) => expect(await problem(password)).toContain(message));

  test.each(['password', 'PassWord', '12345678', 'qwertyuiop', 'ILOVEYOU', 'trustno1'])(
    '%s is too common',
    async (password) => expect(await problem(password)).toContain('most common'),
  );

  test('is not the email, nor the part before its @, in whatever case', async () => {
    for (const password of ['ann.example@example.com', 'Ann.Example@Example.COM', 'ANN.EXAMPLE']) {
      expect(await problem(password)).toContain('email');
    }
    expect(await problem('jose\u0301-maria', 'JOS\u00c9-maria@example.com')).toContain('email');
  });

  test('is judged in no time once the list is loaded, 256 characters too', async () => {
    await problem('correct horse battery');
    const start = performance.now();
    for (let round = 0; round < 100; round += 1) await problem('e\u0301'.repeat(256));
    expect((performance.now() - start) / 100).toBeLessThan(50);
  });
});
