import { makeExecutableSchema } from '@graphql-tools/schema';
import { mapSchema, MapperKind } from '@graphql-tools/utils';
import { describe, expect, test } from '@jest/globals';
import { defaultFieldResolver, type GraphQLFieldConfig } from 'graphql';
import { createAuth } from '../../src/index.js';
import { account, bearer, embedded, nobody, run, signup } from './support.js';

const schemaOf = ({ typeDefs, resolvers, guard }: ReturnType<typeof embedded>) =>
  guard(makeExecutableSchema({ typeDefs, resolvers }));

describe('names', () => {
  const names = {
    User: 'Account',
    DateTime: 'Moment',
    'Query.me': 'viewer',
    'User.email': 'mail',
    'Mutation.login': 'signIn',
  };

  test('rename types, scalars and fields with their resolvers', async () => {
    const auth = embedded({ names });
    const schema = schemaOf(auth);
    expect(String(schema.getQueryType()?.getFields()['viewer']?.type)).toBe('Account');
    const old = ['User', 'DateTime'].map((name) => schema.getType(name));
    expect(old).toEqual([undefined, undefined]);
    const made = await run(
      auth,
      schema,
      `mutation { signup(${account}) { accessToken user { __typename mail createdAt } } }`,
    );
    expect(made.errors).toBeUndefined();
    const { user, accessToken } = made.data.signup;
    expect(user).toMatchObject({ __typename: 'Account', mail: 'ann@example.com' });
    expect(Date.parse(user.createdAt)).not.toBeNaN();
    const read = await run(auth, schema, '{ viewer { mail } }', bearer(accessToken));
    expect(read.data).toEqual({ viewer: { mail: 'ann@example.com' } });
  });

  test('an error names the field as it is called now', async () => {
    const auth = embedded({ names });
    const { errors } = await run(auth, schemaOf(auth), '{ viewer { id } }', bearer('a.b.c'));
    expect(errors?.[0]?.extensions['coordinate']).toBe('Query.viewer');
  });

  test('a renamed login still logs in what stands below it, and is still counted', async () => {
    const auth = embedded({ names });
    const schema = schemaOf(auth);
    await run(auth, schema, `mutation { signup(${account}) { tokenType } }`);
    const source = `mutation { signIn(${account}) { session { current } } }`;
    expect((await run(auth, schema, source)).data).toEqual({
      signIn: { session: { current: true } },
    });
    const twice = `mutation { a: signIn(${account}) { tokenType } b: signIn(${account}) { tokenType } }`;
    const { plugin } = auth;
    const { answerOf } = await import('./apollo.js');
    const answer = await answerOf({
      plugin,
      schema,
      source: twice,
      context: await auth.context(nobody),
    });
    expect(answer).toMatchObject({
      data: null,
      errors: [
        {
          message:
            'An operation can have one field that answers with tokens, and this one has more: signIn.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
  });
});

describe('fields that log in, renamed by another tool after guard', () => {
  type Config = GraphQLFieldConfig<unknown, unknown>;
  const wrapped = ({ resolve = defaultFieldResolver, ...config }: Config): Config => ({
    ...config,
    resolve: (...asked) => resolve(...asked),
  });

  test.each([
    ['renamed', (config: Config) => config],
    ['renamed and wrapped', wrapped],
  ])('%s: may still stand only once in an operation', async (_, change) => {
    const auth = embedded();
    const guarded = schemaOf(auth);
    const schema = mapSchema(guarded, {
      [MapperKind.MUTATION_ROOT_FIELD]: (config, name) => [`auth_${name}`, change(config)],
    });
    await signup(auth, guarded);
    const login = (name: string) => `${name}(${account}) { tokenType }`;
    const once = await run(auth, schema, `mutation { ${login('auth_login')} }`);
    expect(once.data).toEqual({ auth_login: { tokenType: 'Bearer' } });

    const twice = `mutation { ${login('a: auth_login')} ${login('b: auth_login')} }`;
    const message =
      'An operation can have one field that answers with tokens, and this one has more: auth_login.';
    const { errors } = await run(auth, schema, twice);
    expect(errors?.map((error) => error.message)).toEqual([message, message]);
    const { answerOf } = await import('./apollo.js');
    const context = await auth.context(nobody);
    const answer = await answerOf({ plugin: auth.plugin, schema, source: twice, context });
    expect(answer).toMatchObject({ data: null, errors: [{ message }] });
  });
});

describe('omit', () => {
  test('leaves out fields, and the types that only they used', () => {
    const auth = embedded({ omit: ['Query.users', 'Mutation.signup', 'Query.verifyToken'] });
    const schema = schemaOf(auth);
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).not.toContain('users');
    for (const gone of ['UserConnection', 'PageInfo', 'SignupInput', 'TokenStatus', 'JSON']) {
      expect(schema.getType(gone)).toBeUndefined();
    }
    expect(schema.getType('DateTime')).toBeDefined();
  });

  test('frees the name for another field', () => {
    const auth = embedded({ omit: ['Query.user'], names: { 'Query.me': 'user' } });
    const fields = schemaOf(auth).getQueryType()?.getFields() ?? {};
    expect(fields['user']?.args).toEqual([]);
    expect(fields['me']).toBeUndefined();
  });

  test('may leave no mutation at all', () => {
    const all = embedded();
    const fields = Object.keys(schemaOf(all).getMutationType()?.getFields() ?? {});
    const schema = schemaOf(embedded({ omit: fields.map((field) => `Mutation.${field}`) }));
    expect(schema.getMutationType()).toBeUndefined();
    expect(schema.getType('AuthPayload')).toBeUndefined();
  });
});

describe('a name that cannot be meant', () => {
  test.each([
    [{ omit: ['Query.userz'] }, 'omit: this API has no field Query.userz. Did you mean Query.user'],
    [{ omit: ['User'] }, 'omit: this API has no field User.'],
    [{ omit: ['Role.name', 'Role.description', 'Role.scopes'] }, 'omit: nothing is left of Role.'],
    [{ names: { Usr: 'Account' } }, 'names: this API has no Usr. Did you mean User?'],
    [{ names: { Query: 'User' } }, 'names: Query and User would both be User.'],
    [{ names: { User: '__User' } }, 'names: User must become a GraphQL name; it is "__User".'],
    [{ names: { User: 'my user' } }, 'names: User must become a GraphQL name; it is "my user".'],
    [{ names: { User: 'String' } }, 'names: User cannot become String'],
    [{ names: { User: 'Subscription' } }, 'names: User cannot become Subscription'],
    [{ names: { User: 'Session' } }, 'names: User and Session would both be Session.'],
    [{ names: { 'Query.me': 'user' } }, 'names: Query.me and Query.user would both be Query.user.'],
  ])('%j stops the start', (options, sentence) => {
    expect(() => createAuth(options)).toThrow(`createAuth: ${sentence}`);
  });

  test('several are listed', () => {
    const call = () => createAuth({ omit: ['Query.a', 'Query.b'], names: { X: 'Y' } });
    expect(call).toThrow(/\n- omit: .* Query\.a\..*\n- omit: .* Query\.b\..*\n- names: .* X\./);
  });
});

test('fields that log in, renamed by another tool before guard, are what they were', async () => {
  const auth = embedded();
  const { typeDefs, resolvers } = auth;
  const schema = auth.guard(
    mapSchema(makeExecutableSchema({ typeDefs, resolvers: [resolvers, {}] }), {
      [MapperKind.MUTATION_ROOT_FIELD]: (config, name) => [`auth_${name}`, config],
    }),
  );
  await run(auth, schema, `mutation { auth_signup(${account}) { tokenType } }`);
  const login = `auth_login(${account}) { user { email } }`;
  const once = await run(auth, schema, `mutation { ${login} }`);
  expect(once.data).toEqual({ auth_login: { user: { email: 'ann@example.com' } } });

  const twice = await run(auth, schema, `mutation { ${login} again: ${login} }`);
  expect(twice.data).toEqual({ auth_login: null, again: null });
  expect(twice.errors?.[0]?.message).toBe(
    'An operation can have one field that answers with tokens, and this one has more: auth_login.',
  );
});
