import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  responsePathAsArray,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
} from 'graphql';
import { createSchemaSide } from '../../src/auth/schemaSide.js';
import { unguarded } from '../../src/directives/unguarded.js';
import { silentLog } from '../../src/log.js';
import { resolvers } from '../../src/resolvers/resolvers.js';
import {
  bySourceAndContext,
  needsOnlySourceAndContext,
} from '../../src/resolvers/sourceAndContext.js';
import { stage, warm } from '../compiled/support.js';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

const marked = Object.entries(resolvers as Record<string, Record<string, Resolver>>).flatMap(
  ([type, fields]) =>
    Object.entries(fields)
      .filter(([, each]) => typeof each === 'function' && needsOnlySourceAndContext(each))
      .map(([field, each]): [string, Resolver] => [`${type}.${field}`, each]),
);

describe('a resolver that is said to need neither `args` nor `info`', () => {
  test('is one of a type that answers, and none of a root field', () => {
    const types = new Set(marked.map(([coordinate]) => coordinate.split('.')[0]));
    expect([...types].sort()).toEqual([
      'Role',
      'Session',
      'SigningKey',
      'TokenStatus',
      'User',
      'UserConnection',
      'UserEdge',
    ]);
  });

  test.each(marked)('%s has no way to see them', (_, resolver) => {
    const text = Function.prototype.toString.call(resolver);
    const parameters = /^(?:async )?(\(.*?\)) =>/s.exec(text)?.[1] ?? '';
    expect(resolver.length).toBeLessThanOrEqual(3);
    // An arrow function has no `arguments` of its own; the second parameter is a name that nobody uses.
    expect(parameters).not.toMatch(/\.\.\.|=/);
    const second = /^\((?:\{[^}]*\}|\w+)\s*,\s*(\w+)/.exec(parameters)?.[1];
    expect(second ?? '_').toMatch(/^_/);
    expect(text.split(second ?? '\0')).toHaveLength(second === undefined ? 1 : 2);
  });

  test('is known in a schema that binds its resolvers, behind its guard', () => {
    const side = createSchemaSide({ log: silentLog });
    const schema = side.guard(
      makeExecutableSchema({ typeDefs: side.typeDefs, resolvers: side.resolvers }),
    );
    const { roles } = (schema.getType('User') as GraphQLObjectType).getFields();
    const { resolver } = unguarded(roles?.resolve as never, 'User.roles');
    expect(needsOnlySourceAndContext(resolver)).toBe(true);
  });

  test('is none any more once arguments are bound to it, or somebody wraps it', () => {
    const read = (source: unknown) => source;
    bySourceAndContext({ read });
    expect(needsOnlySourceAndContext(read.bind(null))).toBe(true);
    expect(needsOnlySourceAndContext(read.bind(null, 1))).toBe(false);
    expect(read.bind(null, 1)()).toBe(1);
    expect(needsOnlySourceAndContext((source: unknown) => read(source))).toBe(false);
  });
});

describe('beside it', () => {
  test('a resolver gets its arguments, and an info whose path leads through the list', async () => {
    const paths: unknown[] = [];
    const item = bySourceAndContext({ brief: (source: number) => source * 2 });
    const on = stage(
      `type Item { brief: Int below: Item rest(a: Int = 1): Int } type Query { items: [[Item]] }`,
      {
        Query: { items: () => [[1, 2], [3]] },
        Item: {
          ...item,
          below: (source: number) => source,
          rest: (source: number, args: unknown, _: unknown, info: GraphQLResolveInfo) => {
            paths.push([args, responsePathAsArray(info.path)]);
            return source;
          },
        },
      },
    );
    expect(await warm(on, '{ items { brief below { brief rest } } }')).toEqual({
      items: [
        [
          { brief: 2, below: { brief: 2, rest: 1 } },
          { brief: 4, below: { brief: 4, rest: 2 } },
        ],
        [{ brief: 6, below: { brief: 6, rest: 3 } }],
      ],
    });
    expect(paths).toEqual([
      [{ a: 1 }, ['items', 0, 0, 'below', 'rest']],
      [{ a: 1 }, ['items', 0, 1, 'below', 'rest']],
      [{ a: 1 }, ['items', 1, 0, 'below', 'rest']],
    ]);
  });
});
