import { expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { createKeyAdministration } from '../../src/services/keys.js';
import { SECOND } from '../../src/time.js';
import { codeOf, testAuth } from '../support/auth.js';

const settings = {
  algorithm: 'HS256',
  keyPublishDelay: 600,
  expirationDelta: 300,
  leeway: 0,
  refreshExpirationDelta: 604_800,
  refreshSliding: false,
  sessionMaxAge: 7_776_000,
} as const;

test.each([-40, 40])(
  'a stolen key verifies nothing a second later where the clock of the command is %s s off',
  async (seconds) => {
    const it = await testAuth();
    const { accessToken, refreshToken } = await it.signup();
    const elsewhere = { now: () => it.clock.now() + seconds * SECOND };
    const { store } = it.auth.services;
    const keys = createKeyAdministration({ store, clock: elsewhere, settings });
    for (const purpose of ['access', 'refresh'] as const) {
      await keys.rotate({ viewer: null }, { purpose, atOnce: true });
    }
    await delay(1000);
    const { errors } = await it.run('{ session { id } }', { token: accessToken });
    expect(codeOf({ errors })).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    const renewed = await it.run(
      `mutation { refreshToken(input: { refreshToken: "${refreshToken}" }) { accessToken } }`,
    );
    expect(codeOf(renewed)).toBe('INVALID_REFRESH_TOKEN');
    const { data } = await it.run(
      'mutation { login(input: { email: "ann@example.com", password: "correct horse battery" }) { accessToken } }',
    );
    const { accessToken: token } = data.login;
    expect((await it.run('{ session { id } }', { token })).data.session).not.toBeNull();
  },
);

test.each([-40, 40])(
  'nor does one that is retired at once where the clock of the command is %s s off',
  async (seconds) => {
    const it = await testAuth();
    const { accessToken: token } = await it.signup();
    const elsewhere = { now: () => it.clock.now() + seconds * SECOND };
    const { store } = it.auth.services;
    const keys = createKeyAdministration({ store, clock: elsewhere, settings });
    const [old] = (await store.keys()).filter(({ purpose }) => purpose === 'access');
    await keys.rotate({ viewer: null }, { purpose: 'access', atOnce: false });
    it.clock.advance(120);
    expect((await it.run('{ session { id } }', { token })).data.session).not.toBeNull();
    const kid = old?.kid as string;
    expect(await keys.retire({ viewer: null }, { kid, atOnce: true })).toMatchObject({ ok: true });
    await delay(1000);
    const { errors } = await it.run('{ session { id } }', { token });
    expect(codeOf({ errors })).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  },
);
