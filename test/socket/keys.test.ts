import { expect, test } from '@jest/globals';
import { connected } from './client.js';
import { socketApi } from './support.js';

test('a socket ends when the secret of its user is another one', async () => {
  let secret = 'first';
  const { url, token } = await socketApi({ jwt: { getUserSecretKey: async () => secret } });
  const client = await connected(url, { Authorization: `Bearer ${token}` });
  expect((await client.ask('{ whoami }')).payload.data.whoami).not.toBeNull();
  secret = 'another';
  expect(await client.closed).toEqual({ code: 4403, reason: 'TOKEN_INVALID' });
});

test('a socket ends when the key of its token is removed, and its client may renew', async () => {
  const { url, token, auth } = await socketApi();
  const client = await connected(url, { Authorization: `Bearer ${token}` });
  await auth.services.keys.rotate({ viewer: null }, { purpose: 'access', atOnce: true });
  expect(await client.closed).toEqual({ code: 4403, reason: 'TOKEN_EXPIRED' });
});
