import { describe, expect, jest, test } from '@jest/globals';
import { contextOf, expired, guarded, nobody, run, somebody } from './support.js';

const ran = jest.fn(() => 'x');
const one = async (sdl: string, context: unknown, source = '{ f }', name = 'Query') => {
  ran.mockClear();
  const result = await run(guarded(sdl, { [name]: { f: ran } }), source, context);
  return { ...result, ran: ran.mock.calls.length };
};

describe('what a selected field asks for', () => {
  test('its own directive: the resolver of a denied field never runs', async () => {
    const sdl = 'type Query { f: String @authenticated }';
    expect(await one(sdl, nobody())).toMatchObject({ data: { f: null }, ran: 0 });
    expect(await one(sdl, somebody())).toMatchObject({ data: { f: 'x' }, ran: 1, denied: [] });
  });

  test('several directives are an AND', async () => {
    const sdl = 'type Query { f: String @requiresScopes(scopes: [["a"]]) @hasRole(roles: ["r"]) }';
    expect(await one(sdl, somebody({ scopes: ['a'] }))).toMatchObject({ ran: 0 });
    expect(await one(sdl, somebody({ roles: ['r'] }))).toMatchObject({ ran: 0 });
    expect(await one(sdl, somebody({ scopes: ['a'], roles: ['r'] }))).toMatchObject({ ran: 1 });
  });

  test('scopes are an OR of ANDs, roles an OR', async () => {
    const scopes = 'type Query { f: String @requiresScopes(scopes: [["a", "b"], ["c"]]) }';
    expect(await one(scopes, somebody({ scopes: ['a'] }))).toMatchObject({ ran: 0 });
    expect(await one(scopes, somebody({ scopes: ['a', 'b'] }))).toMatchObject({ ran: 1 });
    expect(await one(scopes, somebody({ scopes: ['c'] }))).toMatchObject({ ran: 1 });
    const roles = 'type Query { f: String @hasRole(roles: ["r", "s"]) }';
    expect(await one(roles, somebody({ roles: ['t'] }))).toMatchObject({ ran: 0 });
    expect(await one(roles, somebody({ roles: ['s'] }))).toMatchObject({ ran: 1 });
  });

  test.each([
    [
      'the same field of an interface of its parent',
      'interface I { f: String @authenticated } type Query implements I { f: String }',
    ],
    ['its parent type', 'type Query @authenticated { f: String }'],
    [
      'an interface of its parent type',
      'interface I @authenticated { f: String } type Query implements I { f: String }',
    ],
    [
      'a type extended with the directive',
      'type Query { f: String } extend type Query @authenticated { g: String }',
    ],
    [
      'a field that came by an extension',
      'type Query { g: String } extend type Query { f: String @authenticated }',
    ],
    ['the scalar that it returns', 'scalar S @authenticated type Query { f: S }'],
    ['the enum that it returns', 'enum E @authenticated { x } type Query { f: [E!]! }'],
  ])('%s', async (_, sdl) => {
    expect(await one(sdl, nobody())).toMatchObject({ ran: 0, denied: [{ coordinate: 'Query.f' }] });
  });

  test.each([
    ['the object that it returns', 'type O @authenticated { a: Int } type Query { f: O }'],
    [
      'an interface of the object that it returns',
      'interface I @authenticated { a: Int } type O implements I { a: Int } type Query { f: [[O!]!]! }',
    ],
    [
      'the interface that it returns',
      'interface I @authenticated { a: Int } type O implements I { a: Int } type Query { f: [I] }',
    ],
    [
      'an interface of the interface that it returns',
      'interface J @authenticated { a: Int } interface I implements J { a: Int } type O implements I & J { a: Int } type Query { f: I }',
    ],
  ])('%s', async (_, sdl) => {
    const { denied, ran: runs } = await one(sdl, nobody(), '{ f { a __typename } }');
    expect({ denied, runs }).toMatchObject({ runs: 0, denied: [{ coordinate: 'Query.f' }] });
    expect(denied).toHaveLength(1);
  });
});

describe('who answers', () => {
  const sdl =
    'type Query { f: String @requiresScopes(scopes: [["a", "b"], ["c", "d", "e"]]) r: String @hasRole(roles: ["r", "s"]) }';
  const extensionsOf = async (context: unknown, source = '{ f }') =>
    (await one(sdl, context, source)).errors?.[0]?.extensions;

  test('without a valid credential: UNAUTHENTICATED with its reason, neither required nor missing', async () => {
    const at = { coordinate: 'Query.f', directive: '@requiresScopes' };
    expect(await extensionsOf(nobody())).toEqual({
      code: 'UNAUTHENTICATED',
      reason: 'TOKEN_MISSING',
      refreshable: false,
      ...at,
    });
    expect(await extensionsOf(contextOf({ kind: 'none', refreshable: true }))).toMatchObject({
      reason: 'TOKEN_MISSING',
      refreshable: true,
    });
    expect(await extensionsOf(expired())).toEqual({
      code: 'UNAUTHENTICATED',
      reason: 'TOKEN_EXPIRED',
      refreshable: true,
      ...at,
    });
    const revoked = contextOf({ kind: 'rejected', reason: 'TOKEN_REVOKED' });
    expect(await extensionsOf(revoked)).toMatchObject({ refreshable: false });
  });

  test('with one: FORBIDDEN, what is required and the least that is missing', async () => {
    expect(await extensionsOf(somebody({ scopes: ['a', 'd'] }))).toEqual({
      code: 'FORBIDDEN',
      reason: 'INSUFFICIENT_SCOPE',
      required: [
        ['a', 'b'],
        ['c', 'd', 'e'],
      ],
      missing: ['b'],
      coordinate: 'Query.f',
      directive: '@requiresScopes',
    });
    expect(await extensionsOf(somebody(), '{ r }')).toEqual({
      code: 'FORBIDDEN',
      reason: 'MISSING_ROLE',
      required: ['r', 's'],
      missing: ['r', 's'],
      coordinate: 'Query.r',
      directive: '@hasRole',
    });
  });

  test('when the store could not be asked: SERVICE_UNAVAILABLE, and public fields go on', async () => {
    const context = contextOf({ kind: 'unavailable', retryAfter: 2 });
    expect(await extensionsOf(context)).toEqual({
      code: 'SERVICE_UNAVAILABLE',
      retryAfter: 2,
      coordinate: 'Query.f',
      directive: '@requiresScopes',
    });
  });

  test('the denial stands at the aliased path with its location', async () => {
    const { errors } = await one(sdl, nobody(), '{\n  mine: f\n}');
    expect(errors?.[0]?.toJSON()).toMatchObject({
      message: 'No access token was sent.',
      path: ['mine'],
      locations: [{ line: 2, column: 3 }],
    });
  });

  test('a context that auth.context() did not build is a mistake which the error names', async () => {
    for (const context of [{}, undefined, null]) {
      const { errors, ran: runs } = await one(sdl, context);
      expect(errors?.[0]?.message).toContain('auth.context()');
      expect(runs).toBe(0);
    }
  });

  test('an operation that asks for nothing needs no context', async () => {
    expect(await one('type Query { f: String g: Int @authenticated }', undefined)).toMatchObject({
      data: { f: 'x' },
    });
  });
});

describe('protect-all', () => {
  const sdl =
    'type Query { f: String open: String @public o: O @public } type O { a: Int @authenticated b: Int }';
  const schema = guarded(
    sdl,
    { Query: { f: ran, open: () => 'o', o: () => ({ a: 1, b: 2 }) } },
    {
      mode: 'protect-all',
    },
  );

  test('every root field asks for a login unless it is @public, which lifts just that', async () => {
    ran.mockClear();
    const { data, denied } = await run(schema, '{ f open o { a b } }', nobody());
    expect(data).toEqual({ f: null, open: 'o', o: { a: null, b: 2 } });
    expect(denied.map(({ path }) => path)).toEqual(['f', 'o.a']);
    expect(ran).not.toHaveBeenCalled();
    expect((await run(schema, '{ f }', somebody())).data).toEqual({ f: 'x' });
  });

  test('__typename and introspection of the root stay open', async () => {
    const { data, denied } = await run(
      schema,
      '{ __typename __schema { queryType { name } } }',
      nobody(),
    );
    expect({ data, denied }).toEqual({
      data: { __typename: 'Query', __schema: { queryType: { name: 'Query' } } },
      denied: [],
    });
  });
});
