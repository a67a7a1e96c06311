import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { describe, expect, test } from '@jest/globals';
import { addResolversToSchema, makeExecutableSchema } from '@graphql-tools/schema';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { GraphQLScalarType } from 'graphql';
import type { Auth } from '../../src/index.js';
import { contextFor } from '../../src/testing/index.js';
import { countLookups } from '../compiled/lookups.js';
import { heardLog } from '../settings/support.js';
import { embedded, nobody, ownApi } from './support.js';

const off = [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
];

/** Whether the third of three equal requests was answered without graphql-js, and each answer. */
async function asked(
  own: readonly ApolloServerPlugin<object>[],
  settings: Parameters<typeof embedded>[0] = {},
) {
  const auth = embedded(settings);
  const { schema } = ownApi(auth);
  const server = new ApolloServer<object>({ schema, plugins: auth.plugins(own) });
  const ask = async () => {
    const contextValue = await auth.context(nobody);
    const { body } = await server.executeOperation({ query: '{ open }' }, { contextValue });
    return body.kind === 'single' ? JSON.stringify(body.singleResult) : 'incremental';
  };
  const answers = [await ask(), await ask()];
  const lookups = countLookups();
  answers.push(await ask());
  const isCompiled = lookups() === 0;
  await server.stop();
  expect(new Set(answers)).toEqual(new Set(['{"data":{"open":"open"}}']));
  return { isCompiled };
}

describe('the list of plugins', () => {
  test('answers compiled queries where nobody watches', async () => {
    expect(await asked(off)).toEqual({ isCompiled: true });
    expect(await asked([...off, {}])).toEqual({ isCompiled: true });
  });

  test('compiles nothing where compiledQueries is off', async () => {
    expect(await asked(off, { compiledQueries: false })).toEqual({ isCompiled: false });
  });

  test.each([
    ['CacheControl', 0],
    ['InlineTrace', 1],
    ['UsageReporting', 2],
  ])('compiles nothing where Apollo Server adds %s by itself, and says the fix', async (id, at) => {
    const log = heardLog();
    const own = off.filter((_, index) => index !== at);
    expect(await asked(own, { log })).toEqual({ isCompiled: false });
    expect(log.of('warn')).toEqual([
      `No query is compiled, because Apollo Server adds plugins by itself that watch every execution. Name them in the list of auth.plugins: ApolloServerPlugin${id}Disabled().`,
    ]);
  });

  test('steps aside for cache control that is on', async () => {
    const own = [ApolloServerPluginCacheControl(), ...off.slice(1)];
    expect(await asked(own)).toEqual({ isCompiled: false });
  });

  test.each(['executionDidStart', 'responseForOperation'])(
    'steps aside for a plugin that has %s',
    async (hook) => {
      let calls = 0;
      const mine: ApolloServerPlugin<object> = {
        requestDidStart: () =>
          Promise.resolve({
            [hook]: () => {
              calls += 1;
              return Promise.resolve(hook === 'executionDidStart' ? {} : null);
            },
          }),
      };
      expect(await asked([...off, mine])).toEqual({ isCompiled: false });
      expect(calls).toBe(3);
    },
  );

  test('steps aside for the requests that a plugin watches, and for no other', async () => {
    let request = 0;
    const seen: number[] = [];
    const mine: ApolloServerPlugin<object> = {
      requestDidStart: () => {
        request += 1;
        const mark = () => Promise.resolve(void seen.push(request));
        return Promise.resolve(request === 1 ? { executionDidStart: mark } : {});
      },
    };
    await asked([...off, mine]);
    expect(seen).toEqual([1]);
  });

  test('leaves every other hook of a plugin as it is, private parts too', async () => {
    class Mine implements ApolloServerPlugin<object> {
      readonly #seen: string[] = [];
      get seen() {
        return this.#seen;
      }
      serverWillStart() {
        this.#seen.push('serverWillStart');
        return Promise.resolve();
      }
      requestDidStart() {
        this.#seen.push('requestDidStart');
        const note = (hook: string) => () => Promise.resolve(void this.#seen.push(hook));
        return Promise.resolve({
          didResolveOperation: note('didResolveOperation'),
          willSendResponse: note('willSendResponse'),
        });
      }
    }
    const mine = new Mine();
    expect(await asked([...off, mine])).toEqual({ isCompiled: true });
    const hooks = ['requestDidStart', 'didResolveOperation', 'willSendResponse'];
    expect(mine.seen).toEqual(['serverWillStart', ...hooks, ...hooks, ...hooks]);
  });

  test('takes a plugin that is frozen', async () => {
    const seen: string[] = [];
    const note = (hook: string) => Promise.resolve(void seen.push(hook));
    const mine: ApolloServerPlugin<object> = Object.freeze({
      serverWillStart: () => note('serverWillStart'),
      requestDidStart: () => Promise.resolve({ willSendResponse: () => note('willSendResponse') }),
    });
    expect(await asked([...off, mine])).toEqual({ isCompiled: true });
    expect(seen).toEqual(['serverWillStart', ...Array<string>(3).fill('willSendResponse')]);
  });
});

describe('with auth.plugin, and with auth.plugins', () => {
  const lists: [
    string,
    (auth: Auth, own: ApolloServerPlugin<object>[]) => ApolloServerPlugin<object>[],
  ][] = [
    ['auth.plugin', (auth, own) => [auth.plugin, ...own]],
    ['auth.plugins', (auth, own) => auth.plugins(own)],
  ];

  test.each(lists)('%s leaves an unknown operation name to Apollo Server', async (_, list) => {
    const log = heardLog();
    const auth = embedded({ log });
    const server = new ApolloServer<object>({
      schema: ownApi(auth).schema,
      plugins: list(auth, off),
      formatError: auth.formatError,
    });
    for (const [query, operationName] of [
      ['query Q { open }', 'nope'],
      ['query Q { open } query R { open }', undefined],
    ] as const) {
      const contextValue = await auth.context(nobody);
      const { body } = await server.executeOperation({ query, operationName }, { contextValue });
      expect(body).toMatchObject({
        singleResult: { errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }] },
      });
    }
    await server.stop();
    expect(log.of('error')).toEqual([]);
  });

  test.each(
    lists.flatMap(([name, list]) =>
      ([undefined, 'extensions', 'disabled'] as const).map(
        (errors) => [name, list, errors] as const,
      ),
    ),
  )('%s keeps guarded answers out of shared caches', async (_, list, errors) => {
    const auth = embedded({ ...(errors && { errors }) });
    const typeDefs = `
      enum CacheControlScope { PUBLIC PRIVATE }
      directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
      extend type Query {
        price: Int @hasRole(roles: ["clerk"]) @cacheControl(maxAge: 60)
        open: Int @cacheControl(maxAge: 60)
      }`;
    const schema = auth.guard(
      makeExecutableSchema({
        typeDefs: [auth.typeDefs, typeDefs],
        resolvers: [auth.resolvers, { Query: { price: () => 42, open: () => 1 } }],
      }),
    );
    /** As a response cache is told, in whatever place of the list. */
    const heard: unknown[] = [];
    const cache: ApolloServerPlugin<object> = {
      requestDidStart: async () => ({
        async willSendResponse({ response, overallCachePolicy }) {
          const isWhole = response.body.kind === 'single' && !response.body.singleResult.errors;
          heard.push(isWhole ? (overallCachePolicy.policyIfCacheable()?.scope ?? null) : null);
        },
      }),
    };
    const own = [cache, ApolloServerPluginCacheControl(), ...off.slice(1)];
    const server = new ApolloServer<object>({ schema, plugins: list(auth, own) });
    const ask = async (query: string, viewer: Parameters<typeof contextFor>[0]) => {
      heard.length = 0;
      const { http } = await server.executeOperation(
        { query },
        { contextValue: contextFor(viewer) },
      );
      return [http.headers.get('cache-control'), ...heard];
    };
    const clerk = { id: '1', roles: ['clerk'] };
    expect(await ask('{ open price }', clerk)).toEqual(['max-age=60, private', 'PRIVATE']);
    expect(await ask('{ open price }', null)).toEqual(['no-store', null]);
    expect(await ask('{ open }', clerk)).toEqual(['max-age=60, public', 'PUBLIC']);
    await server.stop();
  });
});

test('what is no list of plugins is refused with what to write', () => {
  const { plugin, plugins } = embedded();
  expect(() => plugins(plugin as never)).toThrow(
    /^auth\.plugins takes the list of your plugins.*auth\.plugins\(\[mine\]\)/,
  );
});

test('what answers for the viewer alone stays out of shared caches though it is open', async () => {
  const auth = embedded({ filterIntrospection: true });
  const { schema } = ownApi(auth);
  const cache = ApolloServerPluginCacheControl({ defaultMaxAge: 5 });
  const server = new ApolloServer<object>({
    schema,
    plugins: auth.plugins([cache, ...off.slice(1)]),
  });
  const contextValue = await auth.context(nobody);
  const headerOf = async (query: string) => {
    const { http } = await server.executeOperation({ query }, { contextValue });
    return http.headers.get('cache-control');
  };
  expect(await headerOf('{ open }')).toBe('max-age=5, public');
  for (const query of [
    '{ me { id } }',
    '{ open viewerCan(coordinates: ["Query.secret"]) }',
    '{ open __type(name: "Query") { name } }',
    '{ open __schema { queryType { name } } }',
  ]) {
    expect([query, await headerOf(query)]).toEqual([query, 'max-age=5, private']);
  }
  await server.stop();
});

test('a compiled query reads its variables as the schema that is served does', async () => {
  const auth = embedded();
  const original = auth.guard(
    makeExecutableSchema({
      typeDefs: [
        auth.typeDefs,
        `enum Color { RED } scalar Limit
         extend type Query { paint(color: Color): String @authenticated list(limit: Limit): String @authenticated }`,
      ],
      resolvers: [
        auth.resolvers,
        {
          Query: {
            paint: (_: unknown, { color }: { color: string }) => color,
            list: (_: unknown, { limit }: { limit: number }) => String(limit),
          },
        },
      ],
    }),
  );
  const atMost = (value: unknown) => {
    if (Number(value) > 100) throw new Error('at most 100');
    return value;
  };
  const schema = mapSchema(
    addResolversToSchema({ schema: original, resolvers: { Color: { RED: '#f00' } } }),
    {
      [MapperKind.SCALAR_TYPE]: (type) =>
        type.name === 'Limit'
          ? new GraphQLScalarType({ ...type.toConfig(), parseValue: atMost })
          : undefined,
    },
  );
  const server = new ApolloServer<object>({ schema, plugins: auth.plugins(off) });
  const ask = async (query: string, variables: object) => {
    const contextValue = contextFor({ id: '1' });
    const { body } = await server.executeOperation(
      { query, variables: { ...variables } },
      { contextValue },
    );
    return body.kind === 'single' ? body.singleResult : null;
  };
  for (let time = 0; time < 4; time++) {
    expect(await ask('query ($c: Color) { paint(color: $c) }', { c: 'RED' })).toEqual({
      data: { paint: '#f00' },
    });
    expect(await ask('query ($l: Limit) { list(limit: $l) }', { l: 1000 })).toMatchObject({
      errors: [{ message: expect.stringContaining('at most 100') }],
    });
  }
  await server.stop();
});
