import { expect, test } from '@jest/globals';
import jsonwebtoken from 'jsonwebtoken';
import { connect, connected } from './client.js';
import { socketApi } from './support.js';

const SECRET = 'the SECRET_KEY of Django, of fifty characters .....';

test('a token of the old system opens a socket, which closes when it is taken back', async () => {
  const legacyTokens = { kind: 'drf-jwt', until: '2100-01-01', key: SECRET } as const;
  const { url, auth } = await socketApi({ legacyTokens });
  const ann = await auth.services.store.userByEmail('ann@example.com');
  const now = Math.floor(Date.now() / 1000);
  const token = (payload: object = {}) =>
    jsonwebtoken.sign({ user_id: ann?.id, iat: now - 60, exp: now + 200, ...payload }, SECRET);
  const client = await connected(url, { Authorization: `JWT ${token()}` });
  expect((await client.ask('{ whoami session { id } }')).payload.data).toEqual({
    whoami: ann?.id,
    session: null,
  });
  const refused = await connect(url, { Authorization: `JWT ${token({ token_type: 'refresh' })}` });
  expect(await refused.closed).toEqual({ code: 4403, reason: 'TOKEN_INVALID' });
  await client.ask('mutation { logout(input: { allSessions: true }) { revokedSessions } }');
  expect(await client.closed).toEqual({ code: 4403, reason: 'TOKEN_REVOKED' });
});
