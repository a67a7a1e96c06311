import { describe, expect, test } from '@jest/globals';
import { codeOf, PASSWORD, testAuth } from '../support/auth.js';

const EXTRA = `
  extend type User { secret: String @hasRole(roles: ["admin"]) }
`;
const input = (email: string) => `input: { email: "${email}", password: "${PASSWORD}" }`;

describe('below the payload of a credential field', () => {
  test('aliases and fragments see the new viewer at every depth, what stands beside it the old one', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    await it.person('bob@example.com');
    const { data } = await it.run(
      `mutation { ...L revokeSession(id: "${ann.session.id}") { current } }
       fragment L on Mutation { mine: login(${input('bob@example.com')}) { ...P } }
       fragment P on AuthPayload { now: session { ... { current user { sessions { current user { email } } } } } }`,
      { token: ann.accessToken },
    );
    const { current, user } = data.mine.now;
    expect(current).toBe(true);
    expect(user.sessions).toHaveLength(2);
    expect(user.sessions.filter((one: any) => one.current)).toHaveLength(1);
    expect(user.sessions[0].user.email).toBe('bob@example.com');
    expect(data.revokeSession.current).toBe(true);
  });

  test('guards ask the viewer whom it names, not the one who asked', async () => {
    const it = await testAuth({}, { typeDefs: EXTRA });
    const admin = await it.person('admin@example.com', ['admin']);
    await it.person('bob@example.com');
    const source = (email: string) => `mutation { login(${input(email)}) { user { secret } } }`;
    const asBob = await it.run(source('bob@example.com'), { token: admin.accessToken });
    expect(codeOf(asBob)).toBe('FORBIDDEN MISSING_ROLE');
    expect(asBob.data.login.user).toEqual({ secret: null });
    expect((await it.run(source('admin@example.com'))).errors).toBeUndefined();
  });

  test('a failed one leaves nothing behind', async () => {
    const it = await testAuth({}, { typeDefs: EXTRA });
    const ann = await it.signup();
    await it.person('admin@example.com', ['admin']);
    const wrong = input('admin@example.com').replace(PASSWORD, 'wrong');
    const { data, errors } = await it.run(
      `mutation { login(${wrong}) { user { secret } } revokeSession(id: "${ann.session.id}") { current user { secret } } }`,
      { token: ann.accessToken },
    );
    expect(data).toEqual({
      login: null,
      revokeSession: { current: true, user: { secret: null } },
    });
    expect(errors?.map(({ extensions }) => extensions['code'])).toEqual([
      'INVALID_CREDENTIALS',
      'FORBIDDEN',
    ]);
  });
});
