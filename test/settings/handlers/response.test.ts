import { describe, expect, test } from '@jest/globals';
import type { ResponsePayloadHandler } from '../../../src/index.js';
import { PASSWORD, testAuth } from '../../support/auth.js';
import { heardLog, LOGIN, masked } from '../support.js';

const typeDefs =
  'extend type AuthPayload { greeting: String, answers: Answers } type Answers { a: Int }';

const signupFor = (fields: string, email = 'ann@example.com') =>
  `mutation { signup(input: { email: "${email}", password: "${PASSWORD}" }) { ${fields} } }`;

describe('jwt.responsePayloadHandler', () => {
  test('gives values to fields that the schema adds, wherever a pair of tokens is answered', async () => {
    const given: Parameters<ResponsePayloadHandler>[] = [];
    const responsePayloadHandler: ResponsePayloadHandler = async (...all) => {
      given.push(all);
      return { greeting: `Hello ${all[1].email} from ${all[2].address}`, answers: { a: 42 } };
    };
    const it = await testAuth({ jwt: { responsePayloadHandler } }, { typeDefs });
    const fields =
      'accessToken accessTokenExpiresAt refreshToken greeting answers { a } user { id }';
    const { data } = await it.run(signupFor(fields));
    const { accessToken, refreshToken, user, ...values } = data.signup;
    expect(values).toMatchObject({
      greeting: 'Hello ann@example.com from 192.0.2.1',
      answers: { a: 42 },
    });
    const now = it.clock.now() / 1000;
    expect(given).toEqual([
      [
        {
          accessToken,
          accessTokenExpiresAt: now + 300,
          refreshToken,
          refreshTokenExpiresAt: now + 7 * 86_400,
        },
        expect.objectContaining({ id: user.id, email: 'ann@example.com' }),
        { address: '192.0.2.1', userAgent: 'test' },
      ],
    ]);
    const renewed = await it.run(
      'mutation($t: String!) { refreshToken(input: { refreshToken: $t }) { greeting } }',
      { variables: { t: refreshToken }, address: '198.51.100.7' },
    );
    expect(renewed.data.refreshToken.greeting).toBe('Hello ann@example.com from 198.51.100.7');
    const login = await it.run(LOGIN.replace('{ accessToken refreshToken }', '{ answers { a } }'));
    expect(login.data.login).toEqual({ answers: { a: 42 } });
    const change = `mutation { changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "another good sentence" }) { greeting } }`;
    const changed = await it.run(change, { token: accessToken });
    expect(changed.data.changePassword.greeting).toMatch(/^Hello/);
  });

  test('cannot change a field of ours, and is warned of it once', async () => {
    const log = heardLog();
    const evil = {
      accessToken: 'evil',
      refreshToken: 'evil',
      tokenType: 'evil',
      user: { id: 'evil', email: 'evil' },
      session: { id: 'evil' },
      tokens: { accessToken: 'evil' },
      viewer: { id: 'evil' },
      serverTime: 0,
      greeting: 'kept',
    };
    const it = await testAuth({ jwt: { responsePayloadHandler: () => evil } }, { typeDefs, log });
    const fields =
      'accessToken refreshToken tokenType serverTime greeting session { id } user { id email }';
    const answers = await Promise.all(
      ['ann', 'bob'].map((name) => it.run(signupFor(fields, `${name}@example.com`))),
    );
    for (const { data } of answers) {
      expect(JSON.stringify(data)).not.toContain('evil');
      expect(data.signup).toMatchObject({ greeting: 'kept', tokenType: 'Bearer' });
    }
    expect(log.of('warn')).toHaveLength(1);
    expect(log.lines[0]?.[1].dropped).toEqual(Object.keys(evil).slice(0, -1));
  });

  test.each<[string, ResponsePayloadHandler, RegExp]>([
    [
      'undefined',
      () => undefined as never,
      /must answer an object with a value .* answered undefined/,
    ],
    ['a text', () => 'hello' as never, /it answered a text\./],
    ['a list', () => [] as never, /it answered a list\./],
    ['an error', () => Promise.reject(new Error('kaput')), /^jwt\.responsePayloadHandler threw\.$/],
  ])('that answers %s is refused, and no session stays open', async (_, handler, sentence) => {
    const log = heardLog();
    const it = await testAuth({ jwt: { responsePayloadHandler: handler } }, { typeDefs, log });
    const { code, said } = masked(it, log, await it.run(signupFor('greeting')));
    expect(code).toBe('INTERNAL_SERVER_ERROR');
    expect(said).toMatch(sentence);
    const user = await it.store.userByEmail('ann@example.com');
    expect(await it.store.liveSessionsByUserIds([user?.id as string])).toEqual([[]]);
  });
});
