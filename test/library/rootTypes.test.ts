import { makeExecutableSchema } from '@graphql-tools/schema';
import { describe, expect, test } from '@jest/globals';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { answerOf } from './apollo.js';
import { account, bearer, embedded, nobody, run, signup } from './support.js';

type Options = Parameters<typeof embedded>[0];

const ownRoots = `
  schema { query: RootQuery mutation: RootMutation }
  type RootQuery { motd: String }
  type RootMutation { bump: Int }`;

const beside = (typeDefs: string, options?: Options) => {
  const auth = embedded(options);
  const parts = { typeDefs: [auth.typeDefs, typeDefs], resolvers: auth.resolvers };
  return { auth, schema: auth.guard(makeExecutableSchema(parts)) };
};

const names = { Query: 'RootQuery', Mutation: 'RootMutation' };

describe('a schema with root types of its own names', () => {
  test('takes our fields under these names, with their guards', async () => {
    const { auth, schema } = beside(ownRoots, { names });
    expect([schema.getType('Query'), schema.getType('Mutation')]).toEqual([undefined, undefined]);
    const token = await signup(auth, schema);
    const mine = await run(
      auth,
      schema,
      '{ motd me { email } sessions { current } }',
      bearer(token),
    );
    expect(mine.data).toEqual({
      motd: null,
      me: { email: 'ann@example.com' },
      sessions: [{ current: true }],
    });
    const { errors } = await run(auth, schema, '{ sessions { id } }');
    expect(errors?.[0]?.extensions).toMatchObject({ coordinate: 'RootQuery.sessions' });
  });

  test('logs in what stands below a login, at most once in an operation', async () => {
    const { auth, schema } = beside(ownRoots, { names });
    await signup(auth, schema);
    const login = `login(${account}) { session { current } }`;
    const once = await run(auth, schema, `mutation { ${login} }`);
    expect(once.data).toEqual({ login: { session: { current: true } } });
    const source = `mutation { ${login} b: ${login} }`;
    const answer = await answerOf({
      plugin: auth.plugin,
      schema,
      source,
      context: await auth.context(nobody),
    });
    expect(answer).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  test('says that nothing guards it where that is so', async () => {
    const auth = embedded({ names });
    const { typeDefs, resolvers } = auth;
    const bare = makeExecutableSchema({ typeDefs: [typeDefs, ownRoots], resolvers });
    const { errors } = await run(auth, bare, '{ me { id } }');
    expect(errors?.[0]?.message).toMatch(/^Nothing guards this schema/);
  });

  test.each([undefined, ['Query.me', 'Mutation.login', 'Mutation.signup']])(
    'is told how to call ours, whatever is omitted: %j',
    (omit) => {
      expect(() => beside(ownRoots, { omit })).toThrow(
        new TypeError(
          "Nothing leads to our fields in Query: queries of this schema start at RootQuery. Call ours the same: createAuth({ names: { Query: 'RootQuery' } }).\n" +
            "Nothing leads to our fields in Mutation: mutations of this schema start at RootMutation. Call ours the same: createAuth({ names: { Mutation: 'RootMutation' } }).",
        ),
      );
    },
  );

  test('is told so where it has no mutations', () => {
    const auth = embedded();
    const { typeDefs, resolvers } = auth;
    const config = makeExecutableSchema({ typeDefs, resolvers }).toConfig();
    const schema = new GraphQLSchema({ ...config, mutation: null });
    expect(() => auth.guard(schema)).toThrow(
      'Nothing leads to our fields in Mutation: this schema has no mutations. Add them to its definition: schema { mutation: Mutation }.',
    );
  });

  test('may have another type that is called Query', () => {
    const string = { type: GraphQLString };
    const query = new GraphQLObjectType({
      name: 'Root',
      fields: {
        last: { type: new GraphQLObjectType({ name: 'Query', fields: { text: string } }) },
      },
    });
    expect(() => embedded().guard(new GraphQLSchema({ query }))).not.toThrow();
  });
});
