import { describe, expect, test } from '@jest/globals';
import { PASSWORD, testAuth } from '../support/auth.js';

const LOGIN = `mutation { login(input: { email: "ann@example.com", password: "${PASSWORD}" }) { accessToken } }`;

describe('what was read', () => {
  test('before a mutation wrote is not shown after it, in one operation', async () => {
    const it = await testAuth();
    await it.auth.services.roles.upsert({ viewer: null }, { name: 'reader', scopes: ['x'] });
    const { accessToken: token } = await it.person('admin@example.com', ['admin']);
    const ann = await it.person('ann@example.com');
    const source = `mutation($id: ID!) {
      a: setUserRoles(userId: $id, roles: ["reader"]) { roles scopes sessions { id } }
      b: setUserRoles(userId: $id, roles: []) { roles scopes }
      c: revokeUserSessions(userId: $id)
      d: enableUser(userId: $id) { sessions { id } }
    }`;
    const { data } = await it.run(source, { token, variables: { id: ann.user.id } });
    expect(data).toEqual({
      a: { roles: ['reader'], scopes: ['x'], sessions: [{ id: ann.session.id }] },
      b: { roles: [], scopes: [] },
      c: 1,
      d: { sessions: [] },
    });
  });

  test('costs as many statements for forty sessions as for two, at every level', async () => {
    const it = await testAuth();
    await it.signup();
    const deep = `{ sessions { user { roles scopes sessions { current user { email roles } } } } }`;
    const cost = async () => {
      const { accessToken: token } = (await it.run(LOGIN)).data.login;
      it.statements.length = 0;
      const { data, errors } = await it.run(deep, { token });
      expect(errors).toBeUndefined();
      return [data.sessions.length, it.statements.length];
    };
    const few = await cost();
    for (let index = 0; index < 37; index++) await it.run(LOGIN);
    expect(few[0]).toBe(2);
    expect(await cost()).toEqual([40, few[1]]);
    expect(few[1]).toBeLessThanOrEqual(6);
  });

  test.each([
    'nodes { roles scopes sessions { id } }',
    'edges { node { roles scopes sessions { id } } }',
  ])('costs as many statements for forty users as for two: %s', async (selected) => {
    const it = await testAuth();
    const { accessToken: token } = await it.person('admin@example.com', ['admin']);
    const cost = async () => {
      it.statements.length = 0;
      const { data, errors } = await it.run(`{ users(first: 50) { ${selected} } }`, { token });
      expect(errors).toBeUndefined();
      const { nodes, edges } = data.users;
      const people = nodes ?? edges.map(({ node }: any) => node);
      expect(people.every(({ sessions }: any) => sessions.length === 1)).toBe(true);
      return [people.length, it.statements.length];
    };
    await it.signup('ann@example.com');
    const few = await cost();
    for (let n = 0; n < 38; n++) await it.signup(`person${n}@example.com`);
    expect(few[0]).toBe(2);
    expect(await cost()).toEqual([40, few[1]]);
  });
});
