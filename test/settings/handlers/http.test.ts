import { describe, expect, test } from '@jest/globals';
import { connect } from '../../socket/client.js';
import { ask, heardLog, served } from '../support.js';

const MASKED = 'Something went wrong on our side.';
const ACCOUNT = 'input: { email: "ann@example.com", password: "a long sentence is fine" }';

/** A server whose handlers do as `state` says. */
async function withHandlers() {
  const [log, state] = [heardLog(), { fails: false }];
  const failing = <T>(answer: T): T => {
    if (state.fails) throw new Error('the words of a database');
    return answer;
  };
  const jwt = { payloadGetUserIdHandler: ({ sub }: any) => failing(sub as string) };
  const { server, auth } = await served({}, log, { jwt });
  const signup = await ask(server.url, `mutation { signup(${ACCOUNT}) { accessToken } }`);
  return {
    log,
    state,
    url: server.url,
    auth,
    token: signup.body.data.signup.accessToken as string,
  };
}

describe('a handler that throws', () => {
  test('is logged whole under a request id, and the caller is told that id and nothing else', async () => {
    const { log, state, url, token } = await withHandlers();
    state.fails = true;
    const { body, headers } = await ask(url, '{ me { id } }', {
      headers: { authorization: `Bearer ${token}` },
    });
    const requestId = headers.get('x-request-id');
    expect(requestId).toMatch(/./);
    const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId };
    expect(body.errors).toEqual([expect.objectContaining({ message: MASKED, extensions })]);
    expect(JSON.stringify(body)).not.toContain('words of a database');
    const [, details] = log.lines.find(([level]) => level === 'error') ?? [];
    expect(details).toMatchObject({
      requestId,
      err: {
        type: 'HandlerError',
        message: 'jwt.payloadGetUserIdHandler threw.',
        cause: { message: 'the words of a database', stack: expect.stringContaining('http.test') },
      },
    });
    expect(JSON.stringify(log.lines)).not.toContain(token);
  });

  test('touches no request without a token, and no later one', async () => {
    const { state, url, token } = await withHandlers();
    state.fails = true;
    expect(
      (await ask(url, `mutation { login(${ACCOUNT}) { tokenType } }`)).body.errors,
    ).toBeUndefined();
    state.fails = false;
    const headers = { authorization: `Bearer ${token}` };
    expect((await ask(url, '{ session { id } }', { headers })).body.errors).toBeUndefined();
  });

  test('closes a socket that brings a token with 4500', async () => {
    const { state, url, token } = await withHandlers();
    state.fails = true;
    const socket = await connect(url, { Authorization: `Bearer ${token}` });
    expect(await socket.closed).toEqual({ code: 4500, reason: 'INTERNAL_SERVER_ERROR' });
  });
});
