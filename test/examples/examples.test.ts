import { describe, expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { examples, expectPinned, running } from './running.js';

/** These have tests of their own. */
const special = ['browser', 'own-users', 'subscriptions'];
const names = readdirSync(examples).filter((name) => !special.includes(name));

const account = 'input: { email: "ann@example.com", password: "a long sentence is fine" }';

describe.each(names)('%s', (name) => {
  test('opens its guarded field to whom it has logged in, and to nobody else', () =>
    running(name, async ({ ask, stdout }) => {
      const denied = await ask('{ hello diary }');
      expect(denied.data).toEqual({ hello: 'Hello, whoever you are.', diary: null });
      expect(denied.errors).toMatchObject([
        { path: ['diary'], extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_MISSING' } },
      ]);
      expect(stdout()).not.toContain('The diary is read.');
      await ask(`mutation { signup(${account}) { user { id } } }`);
      const { data } = await ask(`mutation { login(${account}) { accessToken user { id } } }`);
      const { accessToken, user } = data.login;
      const allowed = await ask('{ diary me { email } }', accessToken);
      expect(allowed).toEqual({
        data: { diary: [`Dear diary of ${user.id}`], me: { email: 'ann@example.com' } },
      });
      expect(stdout()).toContain('The diary is read.');
    }));

  test('has at most 60 lines, and pins what it was tested with', () => {
    const lines = readFileSync(join(examples, name, 'server.mjs'), 'utf8').split('\n');
    expect(lines.length).toBeLessThanOrEqual(61);
    expectPinned(name);
  });
});

test('the code-first example asks for scopes, too', () =>
  running('pothos', async ({ ask }) => {
    const { data } = await ask(`mutation { signup(${account}) { accessToken } }`);
    const { errors } = await ask('{ drafts }', data.signup.accessToken);
    expect(errors[0].extensions).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'INSUFFICIENT_SCOPE',
      missing: ['drafts:read'],
    });
  }));
