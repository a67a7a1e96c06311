import { beforeEach, expect, jest, test } from '@jest/globals';
import { parse, type OperationDefinitionNode } from 'graphql';
import type { Log } from '../../src/log.js';
import { perObject } from '../../src/directives/policies.js';
import { build, expired, guards, nobody, run, somebody } from './support.js';

const warn = jest.fn<Log['warn']>();
const log: Log = { warn, error: warn, info: warn, debug: warn };
const effect = jest.fn(() => 1);
const sdl = `
  type Row { a: Int @hasRole(roles: ["r"]) b: Int @policy(policies: "own") }
  interface Node { id: Int } type Doc implements Node @authenticated { id: Int }
  type Query @authenticated { rows: [Row] node: Node }
  type Mutation { free: Int closed: Int @requiresScopes(scopes: [["s"]]) }`;
const resolvers = {
  Query: {
    rows: () => [
      { a: 1, b: 1 },
      { a: 2, b: 2 },
    ],
    node: () => ({ __typename: 'Doc', id: 1 }),
  },
  Mutation: { free: effect, closed: effect },
};
const policies = { own: perObject((items) => items.map(() => false)) };
const by = guards({ dryRun: true, log, policies });
const schema = by.guard(build(sdl, resolvers));
const logged = () => warn.mock.calls.map(([details]) => details);

beforeEach(() => {
  jest.clearAllMocks();
});

test('nothing is denied, and what would be is logged once per operation, however many rows', async () => {
  const { data, errors } = await run(schema, '{ rows { a b } again: rows { a } }', somebody());
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    rows: [
      { a: 1, b: 1 },
      { a: 2, b: 2 },
    ],
    again: [{ a: 1 }, { a: 2 }],
  });
  expect(logged()).toEqual([
    {
      coordinate: 'Row.a',
      directive: '@hasRole',
      code: 'FORBIDDEN',
      reason: 'MISSING_ROLE',
      viewer: 'u1',
    },
    {
      coordinate: 'Row.b',
      directive: '@policy',
      code: 'FORBIDDEN',
      reason: 'POLICY_DENIED',
      viewer: 'u1',
    },
  ]);
  await run(schema, '{ rows { a } }', somebody());
  expect(logged()).toHaveLength(3);
});

test('abstract types, a root __typename and nobody, too', async () => {
  const { data, errors } = await run(schema, '{ __typename node { id } }', nobody());
  expect({ data, errors }).toEqual({
    data: { __typename: 'Query', node: { id: 1 } },
    errors: undefined,
  });
  expect(logged()).toContainEqual(
    expect.objectContaining({
      coordinate: 'Query.__typename',
      code: 'UNAUTHENTICATED',
      viewer: null,
    }),
  );
  expect(logged()).toContainEqual(expect.objectContaining({ coordinate: 'Query.node' }));
});

test.each(['filter', 'reject'] as const)('nothing is refused whole: %s', async (onUnauthorized) => {
  const here = guards({ dryRun: true, onUnauthorized, log, policies });
  const guarded = here.guard(build(sdl, resolvers));
  const document = parse('mutation { free closed }');
  const operation = document.definitions[0] as OperationDefinitionNode;
  const context = expired();
  expect(await here.judge(guarded, document, operation, {}, context)).toMatchObject({
    refuseAll: false,
    denials: [{ path: ['closed'] }],
  });
  expect((await run(guarded, 'mutation { free closed }', context)).errors).toBeUndefined();
  expect(effect).toHaveBeenCalledTimes(2);
  expect(logged()).toHaveLength(1);
});
