import { describe, expect, jest, test } from '@jest/globals';
import { silentLog } from '../../src/log.js';
import { StoreUnavailableError } from '../../src/store/store.js';
import { bearer, connect, connected } from './client.js';
import { socketServer } from './runningServer.js';
import { socketApi } from './support.js';

describe('the credential of a socket', () => {
  test('is the Authorization of connectionParams, whatever its case', async () => {
    const { url, token } = await socketApi();
    for (const name of ['Authorization', 'authorization']) {
      const client = await connected(url, { [name]: `bearer  ${token}` });
      const { type, payload } = await client.ask('{ whoami }');
      expect([type, payload.errors]).toEqual(['next', undefined]);
      expect(payload.data.whoami).toEqual(expect.any(String));
    }
  });

  test('may come as the header of the upgrade', async () => {
    const { url, token } = await socketApi();
    const client = await connected(url, null, { headers: bearer(token) });
    expect((await client.ask('{ me { email } }')).payload.data).toEqual({
      me: { email: 'ann@example.com' },
    });
  });

  test('is nobody where none was sent, or one of another scheme', async () => {
    const { url } = await socketApi();
    for (const params of [null, {}, { Authorization: '' }, { Authorization: 'Basic YQ==' }]) {
      const client = await connected(url, params);
      const { payload } = await client.ask('{ open whoami }');
      expect(payload.data).toEqual({ open: 'open', whoami: null });
      expect(payload.errors[0].extensions).toMatchObject({ reason: 'TOKEN_MISSING' });
    }
  });

  test.each([
    ['TOKEN_MALFORMED', { Authorization: 'Bearer' }],
    ['TOKEN_MALFORMED', { Authorization: 'Bearer a b' }],
    ['TOKEN_MALFORMED', { Authorization: 'Bearer a', authorization: 'Bearer b' }],
    ['TOKEN_MALFORMED', { Authorization: { token: 'a' } }],
    ['TOKEN_MALFORMED', { Authorization: 7 }],
    ['TOKEN_MALFORMED', { Authorization: 'Bearer nonsense' }],
  ])('that is rejected closes the socket with 4403 %s: %j', async (reason, params) => {
    const { url } = await socketApi();
    const client = await connect(url, params);
    expect(await client.closed).toEqual({ code: 4403, reason });
  });

  test('that the store cannot judge closes the socket with 1013: the client is to come back, and the log says why', async () => {
    const warn = jest.fn();
    const api = await socketServer({ log: { ...silentLog, warn } });
    const { accessToken } = await api.signup();
    api.store.sessionState = () => {
      throw new StoreUnavailableError('gone');
    };
    const client = await connect(api.url, bearer(accessToken));
    expect((await client.closed).code).toBe(1013);
    const err = expect.objectContaining({ message: 'gone' });
    const requestId = expect.any(String);
    expect(warn).toHaveBeenCalledWith({ requestId, err }, 'The store could not answer.');
    expect(JSON.stringify(warn.mock.calls)).not.toContain(accessToken);
  });

  test('sent twice, as header and as parameter, is malformed', async () => {
    const { url, token } = await socketApi();
    const client = await connect(url, bearer(token), { headers: bearer(token) });
    expect(await client.closed).toEqual({ code: 4403, reason: 'TOKEN_MALFORMED' });
  });

  test('is not changed by a login over the socket', async () => {
    const { url } = await socketApi();
    const client = await connected(url);
    const { payload } = await client.ask(
      'mutation { login(input: { email: "ann@example.com", password: "a long sentence is fine" }) { accessToken user { email } } }',
    );
    expect(payload.data.login.user.email).toBe('ann@example.com');
    await client.next();
    expect((await client.ask('{ me { id } }')).payload.data).toEqual({ me: null });
    await client.next();
    const again = await connected(url, bearer(payload.data.login.accessToken));
    expect((await again.ask('{ me { email } }')).payload.data.me.email).toBe('ann@example.com');
  });
});
