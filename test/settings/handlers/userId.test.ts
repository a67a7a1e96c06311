import { describe, expect, test } from '@jest/globals';
import type { PayloadGetUserIdHandler, TokenPayload } from '../../../src/index.js';
import { codeOf, testAuth } from '../../support/auth.js';

/** Tokens say who somebody is under a name of their own, as those of another system do. */
const payloadHandler = ({ id }: { id: string }) => ({ user_id: id });
const own: PayloadGetUserIdHandler = ({ user_id }) => user_id as string | undefined;

const STATUS = 'query($token: String!) { verifyToken(token: $token) { active reason userId } }';

describe('jwt.payloadGetUserIdHandler', () => {
  test('says whose an access token is: the viewer, verifyToken and logout go by it', async () => {
    const seen: TokenPayload[] = [];
    const it = await testAuth({
      jwt: {
        payloadHandler,
        payloadGetUserIdHandler: async (claims) => (seen.push(claims), own(claims)),
      },
    });
    const { accessToken: token, user } = await it.signup();
    const { data } = await it.run('{ me { id } }', { token });
    expect(data.me.id).toBe(user.id);
    expect(seen).toEqual([expect.objectContaining({ user_id: user.id, sub: user.id, gen: 0 })]);
    const status = await it.run(STATUS, { variables: { token } });
    expect(status.data.verifyToken).toEqual({ active: true, reason: null, userId: user.id });
    const logout = await it.run('mutation { logout { revokedSessions } }', { token });
    expect(logout.data.logout.revokedSessions).toBe(1);
  });

  test('is asked each time, also of a token that has been seen', async () => {
    let answer: string | null = null;
    const it = await testAuth({ jwt: { payloadGetUserIdHandler: () => answer } });
    const { accessToken: token, user } = await it.signup();
    answer = user.id;
    expect(codeOf(await it.run('{ session { id } }', { token }))).toBe('');
    answer = null;
    expect(codeOf(await it.run('{ session { id } }', { token }))).toBe(
      'UNAUTHENTICATED TOKEN_INVALID',
    );
  });

  test('a number is the text of it, as Django has them', async () => {
    const it = await testAuth({ jwt: { payloadGetUserIdHandler: () => 42 } });
    const { accessToken: token } = await it.signup();
    const { data } = await it.run(STATUS, { variables: { token } });
    expect(data.verifyToken).toEqual({ active: false, reason: 'TOKEN_INVALID', userId: '42' });
  });

  test('somebody else than the user of the session is TOKEN_INVALID, and cannot log that session out', async () => {
    let bobs = '';
    const it = await testAuth({ jwt: { payloadGetUserIdHandler: () => bobs } });
    const { accessToken: token } = await it.signup();
    bobs = (await it.person('bob@example.com', ['admin'])).user.id;
    expect(codeOf(await it.run('{ session { id } }', { token }))).toBe(
      'UNAUTHENTICATED TOKEN_INVALID',
    );
    const { data } = await it.run('mutation { logout { revokedSessions } }', { token });
    expect(data.logout.revokedSessions).toBe(0);
  });

  test.each<[string, unknown, string | RegExp]>([
    ['null', null, 'UNAUTHENTICATED TOKEN_INVALID'],
    ['undefined, for a claim that is not there', undefined, 'UNAUTHENTICATED TOKEN_INVALID'],
    ['an empty text', '', /must answer the id of a user, .* it answered an empty text\./],
    ['a fraction', 1.5, /it answered a value of the type number\./],
    ['true', true, /it answered true\./],
    ['a user', { id: '1' }, /it answered a value of the type object\./],
  ])('that answers %s', async (_, answer, expected) => {
    const it = await testAuth({ jwt: { payloadGetUserIdHandler: () => answer as string } });
    const { accessToken: token } = await it.signup();
    const asked = it.run('{ session { id } }', { token });
    if (typeof expected === 'string') expect(codeOf(await asked)).toBe(expected);
    else await expect(asked).rejects.toThrow(expected);
  });
});
