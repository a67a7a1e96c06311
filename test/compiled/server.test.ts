import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Node } from '../../src/cli/serveNode.js';
import { useFolder } from '../support/folder.js';
import { ask, served } from '../settings/support.js';
import { countLookups } from './lookups.js';

const inFolder = useFolder();
const PASSWORD = 'correct horse battery';
const SIGNUP = `mutation($email: String!) { signup(input: { email: $email, password: "${PASSWORD}" }) { accessToken user { id } } }`;
const LOGIN = SIGNUP.replaceAll('signup', 'login');
const ME = '{ me { id email roles } }';
const USERS = '{ users(first: 50) { nodes { id email roles } } }';

let compiled: Node;
let plain: Node;
const tokens: Record<string, string> = {};

/** Two servers on one file: with compiled queries and without. */
beforeAll(async () => {
  const env = { GATEHOUSE_DATABASE: inFolder('both.db') };
  compiled = await served(env);
  plain = await served({ ...env, GATEHOUSE_COMPILED_QUERIES: 'false' });
  for (const [name, roles] of [
    ['ann', []],
    ['reader', ['admin']],
    ['gone', []],
  ] as const) {
    const email = `${name}@example.com`;
    const input = { email, password: PASSWORD, roles: [...roles] };
    await compiled.auth.services.users.create(input, { event: 'user_created' });
    const { body } = await ask(compiled.server.url, LOGIN, { variables: { email } });
    tokens[name] = body.data.login.accessToken;
  }
  await ask(compiled.server.url, 'mutation { logout { revokedSessions } }', as('gone'));
  tokens['forged'] = `${tokens['ann']}x`;
});

const as = (name: string) =>
  name === 'nobody' ? {} : { headers: { authorization: `Bearer ${tokens[name]}` } };

const ofRequest = new Set(['date', 'x-request-id', 'content-length']);

async function answerOf({ server }: Node, query: string, name: string, variables = {}) {
  const answer = await ask(server.url, query, { ...as(name), variables });
  const headers = [...answer.headers].filter(([header]) => !ofRequest.has(header));
  return JSON.stringify({ status: answer.status, headers, body: answer.body });
}

/** Three times each, so that the third is compiled where it may be. */
async function expectSame(query: string, name: string, variables: object = {}): Promise<void> {
  const expected = await answerOf(plain, query, name, variables);
  for (let time = 0; time < 3; time += 1) {
    expect(await answerOf(compiled, query, name, variables)).toBe(expected);
  }
}

async function lookupsOf(query: string, name: string, variables = {}): Promise<number> {
  const asked = { ...as(name), variables };
  for (let time = 0; time < 2; time += 1) await ask(compiled.server.url, query, asked);
  const lookups = countLookups();
  const { body } = await ask(compiled.server.url, query, asked);
  const count = lookups();
  expect(body.errors).toBeUndefined();
  return count;
}

describe('a server as it starts by default', () => {
  test('answers a guarded read without graphql-js, an own email that a policy guards among it', async () => {
    expect(await lookupsOf(ME, 'ann')).toBe(0);
    expect(await lookupsOf(ME, 'nobody')).toBe(0);
  });

  test('and one under conditions', async () => {
    const source =
      'query($x: Boolean!) { me { id ...Mail @include(if: $x) } } fragment Mail on User { email }';
    expect(await lookupsOf(source, 'ann', { x: true })).toBe(0);
    expect(await lookupsOf(source, 'ann', { x: false })).toBe(0);
  });

  test('answers each combination of conditions by itself, past Apollo Server too', async () => {
    const source =
      'query($x: Boolean = true, $y: Boolean!) { me @skip(if: $y) { id email @include(if: $x) } users @include(if: $y) { totalCount } }';
    const all = [{ y: false }, { y: true }, { x: false, y: false }, { x: null, y: false }, {}];
    for (let time = 0; time < 4; time += 1) {
      for (const variables of all) {
        for (const name of ['ann', 'nobody', 'reader']) {
          const expected = await answerOf(plain, source, name, variables);
          expect(await answerOf(compiled, source, name, variables)).toBe(expected);
        }
      }
    }
  });

  test('and a guarded list with a batched child', async () => {
    expect(await lookupsOf(USERS, 'reader')).toBe(0);
  });

  test('sees at once that a session has been ended', async () => {
    const { body } = await ask(compiled.server.url, SIGNUP, {
      variables: { email: 'brief@example.com' },
    });
    tokens['brief'] = body.data.signup.accessToken;
    expect(await lookupsOf(ME, 'brief')).toBe(0);
    await ask(plain.server.url, 'mutation { logout { revokedSessions } }', as('brief'));
    await expectSame(ME, 'brief');
    const answer = await ask(compiled.server.url, ME, as('brief'));
    expect(answer.body.errors[0].extensions.reason).toBe('TOKEN_REVOKED');
  });
});

const everybody = ['nobody', 'ann', 'reader', 'gone', 'forged'];

describe('the same status, headers and body as without compiled queries', () => {
  test.each([
    [ME, {}],
    [USERS, {}],
    ['{ session { id current user { email } } sessions { id current ipAddress } }', {}],
    ['{ roles { name scopes } }', {}],
    ['query($id: ID!) { user(id: $id) { email } }', { id: 'nobody' }],
    ['query($n: Int) { users(first: $n) { totalCount edges { node { email } } } }', { n: 2 }],
    ['query($n: Int) { users(first: $n) { totalCount } }', { n: 101 }],
    ['query($n: Int) { users(first: $n) { totalCount } }', { n: 'text' }],
    ['{ viewerCan(coordinates: ["Query.users", "User.email"]) }', {}],
    ['query($t: String!) { verifyToken(token: $t) { active reason } }', { t: 'no token' }],
    ['{ me @skip(if: true) { id } }', {}],
    ['{ me { ...F } } fragment F on User { id sessions { user { email } } }', {}],
    ['{ me { createdAt lastLoginAt disabledAt scopes } }', {}],
    ['{ me { nothing } }', {}],
    ['query A { me { id } } query B { me { email } }', {}],
  ])('%s', async (query, variables) => {
    for (const name of everybody) await expectSame(query, name, variables);
  });

  test('for generated operations on the server’s own schema', async () => {
    const user = fc.subarray(
      [
        'id',
        'email',
        'roles',
        'scopes',
        'createdAt',
        'own: email',
        'sessions { id current user { email } }',
        '__typename',
      ],
      { minLength: 1 },
    );
    const below = user.map((fields) => `{ ${fields.join(' ')} }`);
    const root = fc.oneof(
      below.map((fields) => `me ${fields}`),
      below.map((fields) => `session { id user ${fields} }`),
      below.map(
        (fields) =>
          `users(first: 3) { totalCount nodes ${fields} pageInfo { hasNextPage endCursor } }`,
      ),
      below.map((fields) => `users(last: $n) { edges { cursor node ${fields} } }`),
      fc.constantFrom(
        'roles { name description scopes }',
        '__typename',
        'viewerCan(coordinates: ["User.email"])',
      ),
    );
    const operation = fc.array(root, { minLength: 1, maxLength: 3 }).map((fields) => {
      const body = fields.map((field, at) => `r${at}: ${field}`).join(' ');
      return body.includes('$n') ? `query($n: Int = 2) { ${body} }` : `{ ${body} }`;
    });
    await fc.assert(
      fc.asyncProperty(operation, fc.constantFrom(...everybody), (source, name) =>
        expectSame(source, name),
      ),
      {
        numRuns: 150,
      },
    );
  });
});
