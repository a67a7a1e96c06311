import { expect, test } from '@jest/globals';
import type { Config, SettingsInput } from '../../src/config.js';
import { configOf } from './load.js';

test('handlers know what they are given, and what they must answer', () => {
  const right: SettingsInput = {
    jwt: {
      payloadHandler: (user, session) => ({ mail: user.email, since: session.createdAt }),
      encodeHandler: async (payload) => JSON.stringify(payload),
      decodeHandler: (token) => (token === '' ? null : { sub: token }),
      payloadGetUserIdHandler: ({ user_id }) => Number(user_id),
      responsePayloadHandler: ({ refreshToken }, { id }, { address }) => ({
        refreshToken,
        id,
        address,
      }),
      getUserSecretKey: ({ id }) => new TextEncoder().encode(id),
    },
  };
  // @ts-expect-error a token is a text
  const wrong: SettingsInput = { jwt: { encodeHandler: () => 7 } };
  // @ts-expect-error handlers are shown no hash
  const curious: SettingsInput = { jwt: { getUserSecretKey: (user) => user.passwordHash } };
  expect([right, wrong, curious]).toHaveLength(3);
});

test('the types of values and inputs come from the table', () => {
  const { signup, port }: Config = configOf({});
  const algorithm: 'open' | 'closed' = signup;
  // @ts-expect-error a number is no signup
  const wrong: typeof signup = port;
  // @ts-expect-error there is no algorithm "none"
  const input: SettingsInput = { jwt: { algorithm: 'none' } };
  expect([algorithm, wrong, input]).toHaveLength(3);
});
