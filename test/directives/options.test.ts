import { expect, test } from '@jest/globals';
import { createGuards } from '../../src/directives/guard.js';

test.each([
  [{ onUnauthorised: 'reject' }, 'Did you mean "onUnauthorized"?'],
  [{ colour: 1 }, 'There are: mode, onUnauthorized, policies, '],
  [{ mode: 'protectAll' }, 'Did you mean "protect-all"?'],
  [{ onUnauthorized: 'throw' }, 'onUnauthorized is "filter" or "reject", got "throw"'],
  [{ credentialFields: ['login'] }, 'coordinates such as "Mutation.login", got "login"'],
])('a mistake in the options fails at once: %j', (options, message) => {
  expect(() => createGuards(options as object)).toThrow(TypeError);
  expect(() => createGuards(options as object)).toThrow(message);
});

test('the guards are frozen', () => {
  expect(Object.isFrozen(createGuards())).toBe(true);
});
