import { describe, expect, test } from '@jest/globals';
import { codeOf, testAuth, type TestAuth } from '../support/auth.js';

const ask = (system: TestAuth, coordinates: string[], token: string | null = null) =>
  system.run('query($coordinates: [String!]!) { viewerCan(coordinates: $coordinates) }', {
    token,
    variables: { coordinates },
  });

const coordinates = [
  'Query.me',
  'Query.session',
  'Query.users',
  'Query.users(search:)',
  'Mutation.login',
  'Mutation.disableUser',
  'LoginInput.email',
  'Role',
  'Query.nothing',
];

describe('viewerCan', () => {
  test('tells nobody, a user and an administrator what they may use', async () => {
    const system = await testAuth();
    const ann = await system.signup();
    const root = await system.person('root@example.com', ['admin']);
    const answers = await Promise.all(
      [null, ann.accessToken, root.accessToken].map(async (token: string | null) => {
        const { data } = await ask(system, coordinates, token);
        return data.viewerCan as unknown;
      }),
    );
    expect(answers).toEqual([
      [true, false, false, false, true, false, true, true, false],
      [true, true, false, false, true, false, true, true, false],
      [true, true, true, true, true, true, true, true, false],
    ]);
  });

  test('is open under a token that has expired, and says what nobody may use', async () => {
    const system = await testAuth();
    const { accessToken } = await system.signup();
    system.clock.advance(301);
    const { data, errors } = await ask(system, ['Query.session', 'Query.me'], accessToken);
    expect(errors).toBeUndefined();
    expect(data.viewerCan).toEqual([false, true]);
  });

  test('answers a hundred questions, and refuses one more', async () => {
    const system = await testAuth();
    const many = Array.from({ length: 101 }, () => 'Query.me');
    const hundred = await ask(system, many.slice(1));
    expect(hundred.data.viewerCan).toHaveLength(100);
    const refused = await ask(system, many);
    expect(codeOf(refused)).toBe('BAD_USER_INPUT');
    expect(refused.errors?.[0]?.extensions['field']).toBe('coordinates');
    expect(refused.errors?.[0]?.path).toEqual(['viewerCan']);
  });

  test('answers none with none', async () => {
    const system = await testAuth();
    const { data } = await ask(system, []);
    expect(data.viewerCan).toEqual([]);
  });
});
