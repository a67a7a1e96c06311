import { describe, expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../src/store/store.js';
import { codeOf, PASSWORD, testAuth } from '../support/auth.js';

const facts = (...authorization: string[]) => ({
  authorization,
  origin: { address: '192.0.2.1', userAgent: null },
});

describe('the context builder', () => {
  test('a valid token makes a viewer with what it grants', async () => {
    const it = await testAuth();
    const ann = await it.person('ann@example.com', ['admin']);
    const { viewer, credential } = await it.auth.context(facts(`Bearer ${ann.accessToken}`));
    expect(credential.kind).toBe('valid');
    expect(viewer).toEqual({
      id: ann.user.id,
      sessionId: ann.session.id,
      roles: new Set(['admin']),
      scopes: new Set(['keys:write', 'roles:write', 'sessions:write', 'users:read', 'users:write']),
    });
  });

  test('answers at once on SQLite', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    expect(it.auth.context(facts(`Bearer ${ann.accessToken}`))).not.toBeInstanceOf(Promise);
  });

  test('no header is nobody, a malformed one is a rejected credential; neither throws', async () => {
    const it = await testAuth();
    expect(await it.auth.context(facts())).toMatchObject({
      viewer: null,
      credential: { kind: 'none', refreshable: false },
    });
    expect(await it.auth.context(facts('Bearer'))).toMatchObject({
      viewer: null,
      credential: { kind: 'rejected', reason: 'TOKEN_MALFORMED' },
    });
  });

  test('an expired header stops neither public fields nor a login, and me says whether to refresh', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    it.clock.advance(301);
    const login = `mutation { login(input: { email: "ann@example.com", password: "${PASSWORD}" }) { user { email } } }`;
    expect((await it.run(login, { token: ann.accessToken })).errors).toBeUndefined();
    const me = await it.run('{ me { id } }', { token: ann.accessToken });
    expect(me.data).toEqual({ me: null });
    expect(codeOf(me)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    expect(me.errors?.[0]?.extensions).toMatchObject({ coordinate: 'Query.me', refreshable: true });
    expect(await it.run('{ me { id } }')).toEqual({ data: { me: null } });
  });

  test('a token issued up to a minute ahead is forgiven, further ahead it is expired', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    it.clock.advance(-60);
    expect((await it.run('{ me { id } }', { token: ann.accessToken })).errors).toBeUndefined();
    it.clock.advance(-1);
    expect(codeOf(await it.run('{ me { id } }', { token: ann.accessToken }))).toBe(
      'UNAUTHENTICATED TOKEN_EXPIRED',
    );
  });

  test('the sessions of a renamed subject are not believed', async () => {
    const it = await testAuth();
    const [ann, bob] = [await it.signup(), await it.person('bob@example.com')];
    const state = await it.store.sessionState(ann.session.id);
    const { authenticator } = it.auth.services;
    const claims = { sub: bob.user.id, sid: ann.session.id, gen: 0, ver: '0.0' } as never;
    expect(authenticator.judge(claims, state)).toBe('TOKEN_INVALID');
  });

  test('a store that cannot be read closes guarded fields and leaves public ones open', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const broken = it.store;
    const sessionState = it.store.sessionState.bind(it.store);
    broken.sessionState = () => {
      throw new StoreUnavailableError('gone', { retryAfter: 3 });
    };
    const guarded = await it.run('{ session { id } __typename }', { token: ann.accessToken });
    expect(codeOf(guarded)).toBe('SERVICE_UNAVAILABLE');
    expect(guarded.errors?.[0]?.extensions['retryAfter']).toBe(3);
    expect(guarded.data).toMatchObject({ __typename: 'Query' });
    broken.sessionState = sessionState;
    expect((await it.run('{ session { id } }', { token: ann.accessToken })).errors).toBeUndefined();
  });
});
