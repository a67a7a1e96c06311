import { describe, expect, test } from '@jest/globals';
import { problemsOf } from '../config/load.js';

const problems = (name: string): string[] => problemsOf({ env: { JWT_AUTH_COOKIE: name } });

describe('JWT_AUTH_COOKIE', () => {
  test.each(['gatehouse', '__Secure-gatehouse', "!#$%&'*+-.^_`|~", 'a'.repeat(64)])(
    'may be %s',
    (name) => {
      expect(problems(name)).toEqual([]);
    },
  );

  test.each(['', ' ', 'two words', 'a=b', 'a;b', 'a,b', 'a"b', 'a\tb', 'ä', 'a/b', 'a'.repeat(65)])(
    'may not be %j, and the start says what is expected',
    (name) => {
      expect(problems(name)).toEqual([
        expect.stringMatching(
          /^JWT_AUTH_COOKIE must be a cookie's name: 1 to 64 .*; it is .*\. Write JWT_AUTH_COOKIE=gatehouse, or unset it\.$/,
        ),
      ]);
    },
  );

  test.each(['__Host-gatehouse', '__hOST-gatehouse'])(
    '%s cannot hold a refresh token that goes to the endpoint alone',
    (name) => {
      expect(problems(name)).toEqual([
        expect.stringMatching(
          /^JWT_AUTH_COOKIE begins with __Host-, which browsers accept for the path \/ alone, .*; __Secure- is possible\. Write JWT_AUTH_COOKIE=gatehouse, or unset it\.$/,
        ),
      ]);
    },
  );

  test('GATEHOUSE_HIDE_TOKENS needs it', () => {
    const env = { GATEHOUSE_HIDE_TOKENS: 'true' };
    expect(problemsOf({ env })).toHaveLength(1);
    expect(problemsOf({ env: { ...env, JWT_AUTH_COOKIE: 'gatehouse' } })).toEqual([]);
  });
});
