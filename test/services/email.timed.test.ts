import { describe, expect, test } from '@jest/globals';
import { emailProblem, normalizeEmail } from '../../src/services/email.js';
import { codeOf, PASSWORD, testAuth } from '../support/auth.js';

describe('one spelling of an email', () => {
  test.each([
    [' Ann@Example.COM\n', 'ann@example.com'],
    ['e\u0301ve@example.com', '\u00e9ve@example.com'],
    // Lower case takes this one apart again; what is stored is found under what is stored.
    ['\u0391\u0342@example.com', '\u1fb6@example.com'],
    ['\u212a@example.com', 'k@example.com'],
  ])('%j is %j', (typed, expected) => {
    expect(normalizeEmail(typed)).toBe(expected);
    expect(normalizeEmail(expected)).toBe(expected);
  });

  test('a megabyte costs nothing, also of what NFC is slow at', () => {
    const start = performance.now();
    for (const piece of ['a', ' ', '\u0301\u0323', '\u{1F600}']) {
      const huge = `${piece.repeat(500_000)}@example.com`;
      expect(emailProblem(normalizeEmail(huge))).not.toBeNull();
    }
    expect(performance.now() - start).toBeLessThan(100);
  });

  test.each([
    ['a NUL', 'a\0nn@example.com'],
    ['a lone surrogate', '\ud800nn@example.com'],
    ['a lone surrogate in the domain', 'ann@\udfff.com'],
    ['a line break', 'a\nn@example.com'],
    ['a blank of no width', 'ann\u200b@example.com'],
    ['a change of direction', 'a\u202en@example.com'],
    ['a filler of Hangul', 'ann\u3164@example.com'],
    ['a combining grapheme joiner', 'an\u034fn@example.com'],
    ['a variation selector', 'ann\ufe00@example.com'],
    ['an empty Braille pattern', 'ann\u2800@example.com'],
    ['a blank of another width', 'a\u2003nn@example.com'],
    ['a blank that is quoted', '"a nn"@example.com'],
    ['two at signs', 'a@b@example.com'],
    ['no dot in the domain', 'ann@localhost'],
  ])('%s makes no address', (_, email) => {
    expect(emailProblem(normalizeEmail(email))).not.toBeNull();
  });
});

test('blanks around an address are no part of it, whatever their width', () => {
  for (const blank of [' ', '\t', '\u00a0', '\u3000', '\ufeff']) {
    const email = normalizeEmail(`${blank}ann@example.com${blank}`);
    expect([email, emailProblem(email)]).toEqual(['ann@example.com', null]);
  }
});

describe('whatever is sent as email or password', () => {
  const MEGABYTE = 1_000_000;
  const LOGIN = `mutation($email: String!, $password: String!) {
    login(input: { email: $email, password: $password }) { tokenType } }`;
  const strange: [string, string, string][] = [
    ['a megabyte of email', 'a'.repeat(MEGABYTE), PASSWORD],
    ['a megabyte of combining marks', '\u0301\u0323'.repeat(MEGABYTE / 2), PASSWORD],
    ['a megabyte of password', 'ann@example.com', 'x'.repeat(MEGABYTE)],
    ['NUL behind the right password', 'ann@example.com', `${PASSWORD}\0`],
    ['NUL behind the right email', 'ann@example.com\0', PASSWORD],
    ['a lone surrogate behind the right email', 'ann@example.com\ud800', PASSWORD],
    ['a lone surrogate behind the right password', 'ann@example.com', `${PASSWORD}\udfff`],
    ['SQL', "' OR 1=1 --", PASSWORD],
    ['nothing', '', ''],
  ];

  test.each(strange)('%s is INVALID_CREDENTIALS at once', async (_, email, password) => {
    const it = await testAuth();
    await it.signup();
    const start = performance.now();
    const result = await it.run(LOGIN, { variables: { email, password } });
    expect(codeOf(result)).toBe('INVALID_CREDENTIALS');
    expect(performance.now() - start).toBeLessThan(500);
    const [event] = await it.store.auditEvents({ event: 'login_failed', limit: 1 });
    expect(JSON.stringify(event).length).toBeLessThan(500);
  });

  test.each(strange.slice(0, 7))('%s opens no account', async (_, email, password) => {
    const it = await testAuth();
    const source = LOGIN.replace('login', 'signup');
    const start = performance.now();
    const result = await it.run(source, { variables: { email, password } });
    expect(codeOf(result)).toMatch(/^(BAD_USER_INPUT|WEAK_PASSWORD|)$/);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(JSON.stringify(result).length).toBeLessThan(1000);
  });

  test('a megabyte of search finds nobody, at once', async () => {
    const it = await testAuth();
    const { accessToken: token } = await it.person('admin@example.com', ['admin']);
    const variables = { search: '\u0301\u0323'.repeat(MEGABYTE / 2) };
    const start = performance.now();
    const source = 'query($search: String) { users(search: $search) { totalCount } }';
    expect((await it.run(source, { token, variables })).data.users.totalCount).toBe(0);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
