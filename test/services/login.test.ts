import { describe, expect, test } from '@jest/globals';
import { codeOf, PASSWORD, testAuth, type RunOptions, type TestAuth } from '../support/auth.js';

const LOGIN = `mutation($email: String!, $password: String!) {
  login(input: { email: $email, password: $password }) {
    accessToken accessTokenExpiresIn accessTokenExpiresAt serverTime tokenType session { current } user { email } } }`;

const login = (it: TestAuth, email: string, password: string, options: RunOptions = {}) =>
  it.run(LOGIN, { ...options, variables: { email, password } });

describe('login', () => {
  test('opens a session; the payload says who, until when, and by which clock', async () => {
    const it = await testAuth();
    await it.signup('Ann@Example.com');
    const { data } = await login(it, ' ann@example.COM', PASSWORD);
    expect(data.login).toMatchObject({
      accessTokenExpiresIn: 300,
      accessTokenExpiresAt: new Date(it.clock.now() + 300_000).toISOString(),
      serverTime: new Date(it.clock.now()).toISOString(),
      tokenType: 'Bearer',
      session: { current: true },
      user: { email: 'ann@example.com' },
    });
  });

  test('below the payload fields see the new viewer, beside it the old one', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    await it.person('bob@example.com');
    const { data } = await it.run(
      `mutation { login(input: { email: "bob@example.com", password: "${PASSWORD}" }) {
        session { current user { email sessions { current } } } }
        revokeOtherSessions }`,
      { token: ann.accessToken },
    );
    const { session } = data.login;
    expect(session.current).toBe(true);
    expect(session.user.sessions.map((one: any) => one.current).sort()).toEqual([false, true]);
    // Ann had no other session: had this been asked for Bob, it would have been 1.
    expect(data.revokeOtherSessions).toBe(0);
  });

  test('a wrong password and an unknown account give the same error, byte for byte', async () => {
    const it = await testAuth();
    await it.signup();
    const wrong = await login(it, 'ann@example.com', 'not the password');
    const unknown = await login(it, 'bob@example.com', 'not the password');
    expect(codeOf(wrong)).toBe('INVALID_CREDENTIALS');
    expect(JSON.stringify(unknown)).toBe(JSON.stringify(wrong));
  });

  test('a hundred and first session ends the one that was not used for longest', async () => {
    const it = await testAuth();
    const first = await it.signup();
    for (let index = 0; index < 100; index++) {
      it.clock.advance(1);
      expect((await login(it, 'ann@example.com', PASSWORD)).errors).toBeUndefined();
    }
    expect(codeOf(await it.run('{ session { id } }', { token: first.accessToken }))).toBe(
      'UNAUTHENTICATED TOKEN_REVOKED',
    );
  });

  test('a password that was changed while it was being verified opens nothing', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const [racing] = await Promise.all([
      login(it, 'ann@example.com', PASSWORD),
      it.store.changePassword(
        { userId: ann.user.id, expectedHash: null, newHash: 'other', session: null },
        { event: 'password_changed', actorId: null },
      ),
    ]);
    expect(codeOf(racing)).toBe('INVALID_CREDENTIALS');
  });
});

describe('attempts', () => {
  test('ask the store for the same of known and unknown accounts', async () => {
    const it = await testAuth();
    await it.signup();
    const asked = async (email: string) => {
      it.statements.length = 0;
      expect(codeOf(await login(it, email, 'not the password'))).toBe('INVALID_CREDENTIALS');
      // What they are asked with is another thing.
      return it.statements.map((sql) => sql.replace(/'[^']*'(?:\/\*.*?\*\/)?|NULL/g, '?'));
    };
    const known = await asked('ann@example.com');
    expect(known.filter((sql) => sql.includes('known_addresses'))).toHaveLength(1);
    expect(await asked('bob@example.com')).toEqual(known);
  });

  test('the eleventh wrong password from one address is refused, and the right one with it', async () => {
    const it = await testAuth();
    await it.signup();
    for (let index = 0; index < 10; index++) {
      expect(codeOf(await login(it, 'ann@example.com', 'wrong'))).toBe('INVALID_CREDENTIALS');
    }
    const limited = await login(it, 'ann@example.com', PASSWORD);
    expect(codeOf(limited)).toBe('RATE_LIMITED');
    expect(limited.errors?.[0]?.extensions['retryAfter']).toBeGreaterThan(0);
    expect(
      (await login(it, 'ann@example.com', PASSWORD, { address: '198.51.100.7' })).errors,
    ).toBeUndefined();
  });

  test('an unknown account is limited like a known one', async () => {
    const it = await testAuth();
    for (let index = 0; index < 10; index++) await login(it, 'nobody@example.com', 'wrong');
    expect(codeOf(await login(it, 'nobody@example.com', 'wrong'))).toBe('RATE_LIMITED');
  });

  test('a thousand guesses at once look at ten passwords', async () => {
    const it = await testAuth();
    await it.signup();
    const results = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => login(it, 'ann@example.com', `guess ${index}`)),
    );
    const codes = results.map(codeOf);
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(10);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(990);
  });

  test('who is refused beside attempts that are under way may come again in a second, not only in a quarter of an hour', async () => {
    const it = await testAuth();
    await it.signup();
    const waits = async (passwords: string[]) =>
      (
        await Promise.all(passwords.map((password) => login(it, 'ann@example.com', password)))
      ).flatMap(({ errors }) => errors?.[0]?.extensions['retryAfter'] ?? []);
    expect(await waits(Array.from({ length: 13 }, () => PASSWORD))).toEqual([1, 1, 1]);
    expect(await waits([PASSWORD])).toEqual([]);
    expect(await waits(Array.from({ length: 13 }, () => 'wrong'))).toEqual([1, 1, 1]);
    const [wait] = await waits([PASSWORD]);
    expect(wait).toBeGreaterThan(800);
  });

  test('a right password is given back: a busy person is never limited', async () => {
    const it = await testAuth();
    await it.signup();
    for (let index = 0; index < 30; index++) {
      expect((await login(it, 'ann@example.com', PASSWORD)).errors).toBeUndefined();
    }
  });

  test('who repeats a wrong password for one account uses up none of what others behind the same address have', async () => {
    const it = await testAuth();
    await it.signup();
    await it.signup('bob@example.com');
    for (let index = 0; index < 150; index++) await login(it, 'ann@example.com', 'wrong');
    expect(codeOf(await login(it, 'ann@example.com', PASSWORD))).toBe('RATE_LIMITED');
    expect((await login(it, 'bob@example.com', PASSWORD)).errors).toBeUndefined();
  });

  test('many wrong passwords at once for one account use up none of what others behind the same address have', async () => {
    const it = await testAuth();
    await it.signup();
    await it.signup('bob@example.com');
    await Promise.all(Array.from({ length: 150 }, () => login(it, 'ann@example.com', 'wrong')));
    expect(codeOf(await login(it, 'ann@example.com', PASSWORD))).toBe('RATE_LIMITED');
    expect((await login(it, 'bob@example.com', PASSWORD)).errors).toBeUndefined();
  });

  test('a hundred guesses over many accounts limit the address; IPv6 counts by /64', async () => {
    const it = await testAuth();
    const from = (index: number) => ({ address: `2001:db8:1:2::${index.toString(16)}` });
    for (let index = 0; index < 100; index++) {
      const result = await login(it, `user${index}@example.com`, 'wrong', from(index));
      expect(codeOf(result)).toBe('INVALID_CREDENTIALS');
    }
    expect(codeOf(await login(it, 'other@example.com', 'wrong', from(101)))).toBe('RATE_LIMITED');
    const elsewhere = await login(it, 'other@example.com', 'wrong', { address: '2001:db8:1:3::1' });
    expect(codeOf(elsewhere)).toBe('INVALID_CREDENTIALS');
  });

  test('IPv4 addresses count singly, also as a translator shows them to a host with IPv6 only', async () => {
    const it = await testAuth();
    await it.signup();
    const from = (last: number) => ({
      address: `64:ff9b::c000:2${last.toString(16).padStart(2, '0')}`,
    });
    for (let index = 0; index < 100; index++) {
      await login(it, `user${index}@example.com`, 'wrong', from(1));
    }
    expect(codeOf(await login(it, 'ann@example.com', PASSWORD, from(1)))).toBe('RATE_LIMITED');
    expect((await login(it, 'ann@example.com', PASSWORD, from(2))).errors).toBeUndefined();
  });

  test('strangers who use up their guesses do not lock the owner out', async () => {
    const it = await testAuth();
    await it.signup();
    for (let index = 0; index < 100; index++) {
      await login(it, 'ann@example.com', 'wrong', { address: `198.51.100.${index}` });
    }
    const stranger = await login(it, 'ann@example.com', PASSWORD, { address: '203.0.113.9' });
    expect(codeOf(stranger)).toBe('RATE_LIMITED');
    expect((await login(it, 'ann@example.com', PASSWORD)).errors).toBeUndefined();
  });

  test('an IPv6 device that changes its address within its network is no stranger', async () => {
    const it = await testAuth();
    await it.signup();
    const home = (host: string) => ({ address: `2001:db8:7:7::${host}` });
    await login(it, 'ann@example.com', PASSWORD, home('1'));
    for (let index = 0; index < 100; index++) {
      await login(it, 'ann@example.com', 'wrong', { address: `198.51.100.${index}` });
    }
    expect((await login(it, 'ann@example.com', PASSWORD, home('2'))).errors).toBeUndefined();
  });

  test('more than one credential field in an operation is refused whole and counts as many attempts', async () => {
    const it = await testAuth();
    const several = (count: number) =>
      `mutation { ${Array.from({ length: count }, (_, index) => `a${index}: login(input: { email: "ann@example.com", password: "x" }) { tokenType }`).join(' ')} revokeOtherSessions }`;
    const ann = await it.signup();
    const refused = await it.run(several(2), { token: ann.accessToken });
    expect(refused).toMatchObject({ data: null });
    expect(codeOf(refused)).toBe('BAD_USER_INPUT');
    for (let index = 0; index < 4; index++) await it.run(several(25), { token: ann.accessToken });
    expect(codeOf(await login(it, 'bob@example.com', 'x'))).toBe('RATE_LIMITED');
  });
});

describe('signup', () => {
  const SIGNUP = `mutation($email: String!, $password: String!) {
    signup(input: { email: $email, password: $password }) { user { email roles } } }`;
  const signup = (it: TestAuth, email: string, password = PASSWORD) =>
    it.run(SIGNUP, { variables: { email, password } });

  test('opens an account without roles and logs it in', async () => {
    const it = await testAuth();
    expect((await signup(it, 'Ann@Example.com')).data.signup.user).toEqual({
      email: 'ann@example.com',
      roles: [],
    });
  });

  test.each([
    ['a taken email', 'ann@example.com', PASSWORD, 'EMAIL_TAKEN'],
    ['a taken email in capitals', 'ANN@EXAMPLE.COM', PASSWORD, 'EMAIL_TAKEN'],
    ['no email', 'ann', PASSWORD, 'BAD_USER_INPUT'],
    ['an empty email', '', PASSWORD, 'BAD_USER_INPUT'],
    ['seven characters', 'bob@example.com', '7chars!', 'WEAK_PASSWORD'],
    ['257 characters', 'bob@example.com', 'x'.repeat(257), 'WEAK_PASSWORD'],
    ['a common password', 'bob@example.com', 'password123', 'WEAK_PASSWORD'],
    ['the email itself', 'bob@example.com', 'bob@example.com', 'WEAK_PASSWORD'],
  ])('%s is refused', async (_, email, password, code) => {
    const it = await testAuth();
    await it.signup();
    expect(codeOf(await signup(it, email, password))).toBe(code);
  });

  test('where sign-up is closed it is FORBIDDEN by policy', async () => {
    const it = await testAuth({ signup: 'closed' });
    expect(codeOf(await signup(it, 'ann@example.com'))).toBe('FORBIDDEN POLICY_DENIED');
  });
});

describe('changePassword', () => {
  const CHANGE = `mutation($current: String!, $next: String!) {
    changePassword(input: { currentPassword: $current, newPassword: $next }) {
      accessToken refreshToken session { id current } } }`;

  test('ends every session and answers with the pair of a new one', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const other = (await login(it, 'ann@example.com', PASSWORD)).data.login;
    const variables = { current: PASSWORD, next: 'another good one' };
    const { data } = await it.run(CHANGE, { token: ann.accessToken, variables });
    expect(data.changePassword.session).toEqual({ id: expect.any(String), current: true });
    for (const { accessToken } of [ann, other]) {
      const refused = await it.run('{ session { id } }', { token: accessToken });
      expect(codeOf(refused)).toBe('UNAUTHENTICATED TOKEN_REVOKED');
    }
    const token = data.changePassword.accessToken;
    expect((await it.run('{ sessions { id } }', { token })).data.sessions).toHaveLength(1);
    expect(codeOf(await login(it, 'ann@example.com', PASSWORD))).toBe('INVALID_CREDENTIALS');
    expect((await login(it, 'ann@example.com', 'another good one')).errors).toBeUndefined();
  });

  test('a wrong current password counts as an attempt on the account', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const variables = { current: 'wrong', next: 'another good one' };
    for (let index = 0; index < 10; index++) {
      const result = await it.run(CHANGE, { token: ann.accessToken, variables });
      expect(codeOf(result)).toBe('INVALID_CREDENTIALS');
    }
    expect(codeOf(await login(it, 'ann@example.com', PASSWORD))).toBe('RATE_LIMITED');
  });

  test('strangers keep nobody who is logged in from changing the password, wherever that is', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    for (let index = 0; index < 100; index++) {
      await login(it, 'ann@example.com', 'wrong', { address: `198.51.100.${index}` });
    }
    const address = '203.0.113.9';
    expect(codeOf(await login(it, 'ann@example.com', PASSWORD, { address }))).toBe('RATE_LIMITED');
    const variables = { current: PASSWORD, next: 'another good one' };
    const changed = await it.run(CHANGE, { token: ann.accessToken, variables, address });
    expect(changed.errors).toBeUndefined();
  });

  test('who has stolen a session guesses the password no more often than a stranger', async () => {
    const it = await testAuth();
    const { accessToken: token } = await it.signup();
    const variables = { current: 'wrong', next: 'another good one' };
    for (let index = 0; index < 100; index++) {
      const result = await it.run(CHANGE, { token, variables, address: `198.51.100.${index}` });
      expect(codeOf(result)).toBe('INVALID_CREDENTIALS');
    }
    const result = await it.run(CHANGE, { token, variables, address: '203.0.113.9' });
    expect(codeOf(result)).toBe('RATE_LIMITED');
  });

  test('a weak new password changes nothing', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const variables = { current: PASSWORD, next: 'password' };
    const result = await it.run(CHANGE, { token: ann.accessToken, variables });
    expect(codeOf(result)).toBe('WEAK_PASSWORD');
    expect((await it.run('{ me { id } }', { token: ann.accessToken })).errors).toBeUndefined();
  });

  test('nobody changes nobody’s password', async () => {
    const it = await testAuth();
    const variables = { current: PASSWORD, next: 'another good one' };
    expect(codeOf(await it.run(CHANGE, { variables }))).toBe('UNAUTHENTICATED TOKEN_MISSING');
  });
});
