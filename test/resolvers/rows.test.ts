import { expect, test } from '@jest/globals';
import { PASSWORD, testAuth } from '../support/auth.js';

const LOGIN = `mutation { login(input: { email: "ann@example.com", password: "${PASSWORD}" }) { accessToken } }`;

test('lists of sessions in each other make no answer of more than 5,000, however often they are asked for', async () => {
  const it = await testAuth();
  await it.signup();
  for (let index = 0; index < 74; index++) await it.run(LOGIN);
  const { accessToken: token } = (await it.run(LOGIN)).data.login;
  // 76 sessions: 76, and 76 times as many.
  const square = '{ sessions { user { sessions { id } } } }';
  for (let round = 0; round < 4; round++) {
    const { data, errors = [] } = await it.run(square, { token });
    const lists = data.sessions.map(({ user }: any) => user.sessions);
    const whole = lists.filter((list: unknown) => list !== null);
    expect(whole).toHaveLength(Math.floor((5000 - 76) / 76));
    expect(errors).toHaveLength(lists.length - whole.length);
    expect(errors[0]?.extensions).toMatchObject({
      code: 'DOCUMENT_TOO_COMPLEX',
      limit: 'maxRows',
      allowed: 5000,
    });
  }
  const deep = `{ sessions { user { sessions { user { sessions { user { sessions { id } } } } } } } }`;
  const { errors } = await it.run(deep, { token });
  expect(errors).toHaveLength(20);
  expect((await it.run('{ sessions { user { id } } }', { token })).data.sessions).toHaveLength(76);
});
