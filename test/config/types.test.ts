import { expect, test } from '@jest/globals';
import type { Config, SettingsInput } from '../../src/config.js';
import { configOf } from './load.js';

test('the types of values and inputs come from the table', () => {
  const { signup, port }: Config = configOf({});
  const algorithm: 'open' | 'closed' = signup;
  // @ts-expect-error a number is no signup
  const wrong: typeof signup = port;
  // @ts-expect-error there is no algorithm "none"
  const input: SettingsInput = { jwt: { algorithm: 'none' } };
  expect([algorithm, wrong, input]).toHaveLength(3);
});
