import { expect, test } from '@jest/globals';
import { Database } from '../support/sqlite.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { examples, expectPinned, running } from './running.js';

const login = (password: string, email = 'ann@example.com') =>
  `mutation { login(input: { email: "${email}", password: "${password}" }) {
    accessToken refreshToken session { id } user { id name } } }`;
const refresh = (token: string) =>
  `mutation { refreshToken(input: { refreshToken: "${token}" }) { accessToken } }`;
const right = 'a long sentence is fine';

test('own-users logs in with the old password, opens a guarded field, refreshes and revokes', () =>
  running('own-users', async ({ ask, file }) => {
    const denied = await ask('{ members { name } }');
    expect(denied.errors[0].extensions.reason).toBe('TOKEN_MISSING');
    const { data } = await ask(login(right));
    expect(data.login.user).toEqual({ id: '1', name: 'Ann' });
    const { accessToken, refreshToken, session } = data.login;
    expect(await ask('{ members { name } me { email roles } }', accessToken)).toEqual({
      data: { members: [{ name: 'Ann' }], me: { email: 'ann@example.com', roles: ['staff'] } },
    });
    const renewed = (await ask(refresh(refreshToken))).data.refreshToken.accessToken;
    await ask(`mutation { revokeSession(id: "${session.id}") { id } }`, renewed);
    const { errors } = await ask('{ members { name } }', renewed);
    expect(errors[0].extensions.reason).toBe('TOKEN_REVOKED');

    const members = new Database(file('members.db'));
    members.exec('UPDATE members SET left_at = 1');
    members.close();
    expect((await ask(login(right))).errors[0].extensions.code).toBe('ACCOUNT_DISABLED');
  }));

test('own-users answers a wrong password and an unknown account alike', () =>
  running('own-users', async ({ ask }) => {
    const wrong = await ask(login('not this one'));
    expect(wrong.errors[0].extensions.code).toBe('INVALID_CREDENTIALS');
    expect(await ask(login(right, 'nobody@example.com'))).toEqual(wrong);
  }));

test('own-users has at most 70 lines, and pins what it was tested with', () => {
  const lines = readFileSync(join(examples, 'own-users/server.mjs'), 'utf8').split('\n');
  expect(lines.length).toBeLessThanOrEqual(71);
  expectPinned('own-users');
});
