import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type pg from 'pg';
import type { SettingsInput } from '../../src/config.js';
import { signedToken } from '../../src/testing/signedToken.js';
import { codeOf, PASSWORD, testNode, type TestNode } from '../support/auth.js';
import { spawnTs, type Child } from '../support/child.js';
import { FAULT_TIMEOUT, pause, PAUSED } from '../support/faultTimes.js';
import { usePostgres } from '../support/postgres.js';

const postgres = usePostgres();
const main = new URL('../../src/cli/main.ts', import.meta.url);

/** More of them: TEST_ROUNDS=200. */
const ROUNDS = Number(process.env['TEST_ROUNDS'] ?? 3);
/** Milliseconds; with what a busy machine adds. */
const WITHIN_A_SECOND = 2000;
const SECRET = 'a secret of the test, long enough for HS256';
const ME = '{ me { email } }';
const REFRESH = `mutation ($token: String!) {
  refreshToken(input: { refreshToken: $token }) { accessToken refreshToken } }`;

let url: string;
let here: TestNode;
let there: TestNode;
beforeEach(async () => {
  url = postgres.fresh();
  const settings = { jwt: { secretKey: SECRET } };
  [here, there] = [await testNode(url, settings), await testNode(url, settings)];
});

describe('two nodes on one database', () => {
  test('answer a hundred parallel refreshes of one token with one successor, round after round', async () => {
    let { refreshToken, accessToken } = await here.signup();
    for (let round = 0; round < ROUNDS; round++) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          (index % 2 === 0 ? here : there).run(REFRESH, { variables: { token: refreshToken } }),
        ),
      );
      expect(answers.flatMap(({ errors = [] }) => errors)).toEqual([]);
      const successors = new Set(answers.map(({ data }) => data.refreshToken.refreshToken));
      expect(successors.size).toBe(1);
      ({ refreshToken, accessToken } = answers[0]?.data.refreshToken);
      expect([...successors]).toEqual([refreshToken]);
    }
    expect((await there.run(ME, { token: accessToken })).data).toEqual({
      me: { email: 'ann@example.com' },
    });
    // Each round is one step: nothing else moved the generation.
    const [session] = await here.store.liveSessionsByUserIds([
      (await here.store.userByEmail('ann@example.com'))?.id ?? '',
    ]);
    expect(session).toMatchObject([{ generation: ROUNDS, parent: ROUNDS - 1 }]);
  });

  test('refuse, two thousand times of two thousand, what the other has just revoked', async () => {
    await here.signup();
    const user = (await here.store.userByEmail('ann@example.com'))?.id ?? '';
    const tokens = await sessionsOf(user, 2000);
    let [served, asked] = [0, 0];
    const lane = async () => {
      for (let token = tokens.pop(); token !== undefined; token = tokens.pop()) {
        const before = await there.auth.services.authenticator.authenticate(token);
        expect(before.kind).toBe('valid');
        expect(await logout(here, token)).toBe(1);
        const after = await there.auth.services.authenticator.authenticate(token);
        asked++;
        if (after.kind === 'valid') served++;
      }
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    expect({ asked, served }).toEqual({ asked: 2000, served: 0 });
  });

  test('share changed roles, disabled users, keys and the limits of attempts', async () => {
    const admin = await here.person('admin@example.com', ['admin']);
    const ann = await here.signup();
    const grant = `mutation { setUserRoles(userId: "${ann.user.id}", roles: ["admin"]) { roles } }`;
    const { errors } = await there.run(grant, { token: admin.accessToken });
    expect(errors).toBeUndefined();
    expect(codeOf(await here.run(ME, { token: ann.accessToken }))).toBe(
      'UNAUTHENTICATED TOKEN_STALE',
    );
    const disable = `mutation { disableUser(userId: "${ann.user.id}") { id } }`;
    expect((await here.run(disable, { token: admin.accessToken })).errors).toBeUndefined();
    expect(codeOf(await there.run(ME, { token: ann.accessToken }))).toBe(
      'UNAUTHENTICATED USER_DISABLED',
    );
    const wrong = () =>
      Array.from({ length: 10 }, (_, index) =>
        login(index % 2 === 0 ? here : there, 'admin@example.com', 'wrong'),
      );
    expect(new Set((await Promise.all(wrong())).map(codeOf))).toEqual(
      new Set(['INVALID_CREDENTIALS']),
    );
    expect(
      codeOf(await there.run(LOGIN, { variables: { email: 'admin@example.com', password: 'x' } })),
    ).toBe('RATE_LIMITED');
  });
});

describe('sessionCache lets nodes answer from memory for a while', () => {
  const remembering = (sessionCache: number) =>
    testNode(url, { sessionCache, jwt: { secretKey: SECRET } });
  const ask = (node: TestNode, token: string) =>
    node.auth.services.authenticator.authenticate(token);

  test('they ask the database once in that time', async () => {
    const node = await remembering(60);
    const { accessToken } = await here.signup();
    const schema = new URL(url).searchParams.get('schema');
    expect(await ask(node, accessToken)).toMatchObject({ kind: 'valid' });
    // Behind everybody's back, so that nobody hears of it.
    await client.query(`UPDATE ${schema}.sessions SET revoked_at = 1`);
    expect(ask(node, accessToken)).toMatchObject({ kind: 'valid' });
    expect(await ask(here, accessToken)).toEqual({ kind: 'rejected', reason: 'TOKEN_REVOKED' });
  });

  test('read afresh before they refuse', async () => {
    const node = await remembering(60);
    const admin = await here.person('admin@example.com', ['admin']);
    const { user, accessToken } = await here.signup();
    expect(await ask(node, accessToken)).toMatchObject({ kind: 'valid' });
    const grant = `mutation { setUserRoles(userId: "${user.id}", roles: ["admin"]) { id } }`;
    await here.run(grant, { token: admin.accessToken });
    const { data } = await login(here, 'ann@example.com');
    // To the row that the node may still remember this token would be stale.
    expect(await ask(node, data.login.accessToken)).toMatchObject({ kind: 'valid' });
  });

  test('forget what they themselves revoke before they answer, a hundred times', async () => {
    const node = await remembering(60);
    await here.signup();
    for (let once = 0; once < 100; once++) {
      const { accessToken } = (await login(node, 'ann@example.com')).data.login;
      expect(await ask(node, accessToken)).toMatchObject({ kind: 'valid' });
      await logout(node, accessToken);
      expect(await ask(node, accessToken)).toEqual({ kind: 'rejected', reason: 'TOKEN_REVOKED' });
    }
  });

  test('hear of what the other revokes, long before the time is over', async () => {
    const node = await remembering(3600);
    const { accessToken } = await here.signup();
    await ask(node, accessToken);
    await logout(here, accessToken);
    while ((await ask(node, accessToken)).kind === 'valid') await soon();
  });

  test('serve a revoked session no longer than that where they cannot hear of it', async () => {
    const node = await remembering(1);
    const { accessToken } = await here.signup();
    await deafen();
    const before = performance.now();
    expect(await ask(node, accessToken)).toMatchObject({ kind: 'valid' });
    await logout(here, accessToken);
    while ((await ask(node, accessToken)).kind === 'valid') await soon();
    expect(performance.now() - before).toBeLessThan(4000);
  });

  test('listen again after their connection was lost', async () => {
    const node = await remembering(3600);
    await deafen();
    await listening();
    const { accessToken } = await here.signup();
    await ask(node, accessToken);
    await logout(here, accessToken);
    while ((await ask(node, accessToken)).kind === 'valid') await soon();
  });

  const LISTENERS = `FROM pg_stat_activity WHERE query = 'LISTEN gatehouse_' || $1`;
  let client: pg.Client;
  beforeEach(async () => {
    client = await postgres.client();
  });
  const inDatabase = (what: string) =>
    client.query(`SELECT ${what} ${LISTENERS}`, [new URL(url).searchParams.get('schema')]);
  const listening = async () => {
    while ((await inDatabase('1')).rowCount === 0) await soon();
  };
  /** Cuts the connection on which nodes hear of revocations. */
  async function deafen(): Promise<void> {
    await listening();
    await inDatabase('pg_terminate_backend(pid)');
    while ((await inDatabase('1')).rowCount !== 0) await soon();
  }
});

describe('keys that one node rotates', () => {
  const console = { viewer: null };
  const kidOf = (token: string) => decodeProtectedHeader(token).kid;
  const until = async (isSo: () => unknown): Promise<number> => {
    const before = performance.now();
    while (!(await isSo())) await soon();
    return performance.now() - before;
  };
  const tokenOf = async (node: TestNode): Promise<string> =>
    (await login(node, 'ann@example.com')).data.login.accessToken;
  const read = async (node: TestNode, token: string) => codeOf(await node.run(ME, { token }));

  test('are known to the other within a second, verify there at once, and verify nothing a second after --now', async () => {
    const first = await testNode(url);
    await first.auth.services.keys.generate(console, { purpose: 'access', algorithm: 'ES256' });
    const settings: SettingsInput = { jwt: { algorithm: 'ES256' }, keyPublishDelay: '1s' };
    [here, there] = [await testNode(url, settings), await testNode(url, settings)];
    const rotate = async (atOnce: boolean): Promise<string> => {
      const outcome = await here.auth.services.keys.rotate(console, { purpose: 'access', atOnce });
      if (!outcome.ok) throw new Error(outcome.message);
      return outcome.value.kid;
    };
    await here.signup();
    const old = await tokenOf(here);

    const kid = await rotate(false);
    const isPublished = () =>
      there.auth.services.wellKnown.jwks().keys.some((key) => key.kid === kid);
    expect(await until(isPublished)).toBeLessThan(WITHIN_A_SECOND);
    await until(async () => kidOf(await tokenOf(here)) === kid);
    const next = await tokenOf(here);
    expect([await read(there, next), await read(there, old)]).toEqual(['', '']);
    expect(kidOf(await tokenOf(there))).toBe(kid);

    // So new that the other cannot have heard of it.
    const replaced = await rotate(true);
    const fresh = await tokenOf(here);
    expect([kidOf(fresh), await read(there, fresh)]).toEqual([replaced, '']);
    expect(await read(there, next)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');

    // And where nobody shows it a token by which it could tell.
    await rotate(true);
    const isRefused = async () => (await read(there, fresh)) === 'UNAUTHENTICATED TOKEN_EXPIRED';
    expect(await until(isRefused)).toBeLessThan(WITHIN_A_SECOND);
  });
});

describe('a node that is stopped while another revokes', () => {
  let child: Child;
  afterEach(async () => {
    child.process.kill('SIGKILL');
    await child.exited;
  });

  test(
    'refuses when it wakes, whatever it had answered before',
    async () => {
      child = spawnTs(main, ['--port', '0', '--host', '127.0.0.1'], {
        env: { NODE_ENV: 'production', DATABASE_URL: url, JWT_SECRET_KEY: SECRET },
      });
      const listening = /Listening on (\S+)\n/;
      await child.seen(listening);
      const endpoint = listening.exec(child.stdout())?.[1] ?? '';
      const ask = async (token: string) => {
        const response = await fetch(endpoint, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({ query: ME }),
        });
        return (await response.json()) as any;
      };
      const { accessToken } = await here.signup();
      expect((await ask(accessToken)).data.me.email).toBe('ann@example.com');
      child.process.kill('SIGSTOP');
      // Asked while it sleeps, and before the revocation: the answer must still be that of its waking.
      const asleep = ask(accessToken);
      await logout(here, accessToken);
      await pause(PAUSED);
      child.process.kill('SIGCONT');
      for (const answer of [await asleep, await ask(accessToken)]) {
        expect(answer.errors[0].extensions.reason).toBe('TOKEN_REVOKED');
      }
    },
    FAULT_TIMEOUT,
  );
});

const soon = () => pause(5);
const logout = (node: TestNode, accessToken: string) =>
  node.auth.services.logout({
    accessToken,
    refreshToken: null,
    allSessions: false,
    origin: { address: '192.0.2.1', userAgent: 'test' },
  });
const LOGIN = `mutation ($email: String!, $password: String!) {
  login(input: { email: $email, password: $password }) { accessToken } }`;
const login = (node: TestNode, email: string, password = PASSWORD) =>
  node.run(LOGIN, { variables: { email, password } });

/** Access tokens of as many sessions, put into the database in one statement. */
async function sessionsOf(user: string, count: number): Promise<string[]> {
  const tokens = Array.from({ length: count }, () => signedToken({ user, key: SECRET }));
  const ids = tokens.map((token) => (decodeJwt(token) as { sid: string }).sid);
  const schema = new URL(url).searchParams.get('schema');
  const client = await postgres.client();
  await client.query(
    `INSERT INTO ${schema}.sessions (id, user_id, created_at, generation, parent, used_generation,
       rotated_at, last_used_at, expires_at)
     SELECT unnest($1::text[]), $2, 0, 0, -1, 0, 0, 0, 1e15`,
    [ids, user],
  );
  // What `ver` is made of: these tokens say 0.0.
  await client.query(`UPDATE ${schema}.users SET change_number = 0`);
  await client.query(`UPDATE ${schema}.versions SET role_table = 0`);
  return tokens;
}
