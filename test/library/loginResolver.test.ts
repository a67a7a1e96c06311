/** Mutations of one's own that log somebody in: an emailed link, another identity provider. */
import { describe, expect, jest, test } from '@jest/globals';
import { makeExecutableSchema, mergeSchemas } from '@graphql-tools/schema';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import SchemaBuilder from '@pothos/core';
import { graphql, GraphQLSchema, lexicographicSortSchema } from 'graphql';
import type { Auth, AuthContext, AuthOptions, IssuedSession } from '../../src/index.js';
import { answerOf } from './apollo.js';
import { account, bearer, embedded, nobody, run } from './support.js';

const FIELDS = 'accessToken refreshToken tokenType session { current } user { id email }';

/** An API in which somebody logs in with the link that was sent to them; `links` is what was sent. */
function withLinks(options: AuthOptions = {}, more = '') {
  const auth = embedded(options);
  const links = new Map<string, string>();
  const identify = jest.fn((_: unknown, { link }: { link: string }, context: AuthContext) =>
    context.services.loginUser(links.get(link) ?? 'nobody', context.origin),
  );
  const bump = jest.fn(() => 1);
  const mutation = options.names?.['Mutation'] ?? 'Mutation';
  const schema = auth.guard(
    makeExecutableSchema({
      typeDefs: [
        auth.typeDefs,
        `extend type ${mutation} { loginByLink(link: String!): AuthPayload @public, bump: Int @authenticated } ${more}`,
      ],
      resolvers: [
        auth.resolvers,
        { [mutation]: { loginByLink: auth.loginResolver(identify), bump } },
      ],
    }),
  );
  const ask = (source: string, request = nobody) => run(auth, schema, source, request);
  const signup = async () => {
    await auth.ready;
    const origin = { address: '192.0.2.1', userAgent: null };
    const input = { email: 'ann@example.com', password: 'a long sentence is fine' };
    const made = await auth.services.signup(input, origin);
    if (!made.ok) throw new Error(made.code);
    links.set('sent', made.value.user.id);
    return made.value;
  };
  return { auth, schema, links, identify, bump, ask, signup };
}

const codeOf = ({ errors }: { errors?: any }) => errors?.[0].extensions.code ?? errors?.[0].message;

describe('a mutation of one’s own', () => {
  test('logs somebody in who is identified without a password', async () => {
    const { ask, signup } = withLinks();
    const { user } = await signup();
    const { data, errors } = await ask(`mutation { loginByLink(link: "sent") { ${FIELDS} } }`);
    expect(errors).toBeUndefined();
    // The email is denied to everybody but its owner: below the payload it is the owner who asks.
    expect(data.loginByLink).toMatchObject({
      tokenType: 'Bearer',
      session: { current: true },
      user: { id: user.id, email: 'ann@example.com' },
    });
    const { accessToken, refreshToken } = data.loginByLink;
    expect((await ask('{ me { id } }', bearer(accessToken))).data).toEqual({ me: { id: user.id } });
    const refresh = `mutation { refreshToken(input: { refreshToken: "${refreshToken}" }) { user { id } } }`;
    expect((await ask(refresh)).data).toEqual({ refreshToken: { user: { id: user.id } } });
  });

  test('opens nothing for the rest of the operation', async () => {
    const { ask, signup, bump } = withLinks();
    await signup();
    const answer = await ask('mutation { loginByLink(link: "sent") { user { email } } bump }');
    expect(answer.data).toEqual({
      loginByLink: { user: { email: 'ann@example.com' } },
      bump: null,
    });
    expect(codeOf(answer)).toBe('UNAUTHENTICATED');
    expect(bump).not.toHaveBeenCalled();
  });

  test('counts as a login: an operation has at most one', async () => {
    const { ask, signup, identify } = withLinks();
    await signup();
    for (const other of [`login(${account})`, 'b: loginByLink(link: "sent")']) {
      const answer = await ask(
        `mutation { loginByLink(link: "sent") { tokenType } ${other} { tokenType } }`,
      );
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
      expect(answer.errors?.[0]?.message).toContain('loginByLink');
    }
    expect(identify).not.toHaveBeenCalled();
  });

  test('is not named to whom introspection hides it', async () => {
    const auth = embedded({ filterIntrospection: true });
    const loginAs = auth.loginResolver(() => Promise.reject(new Error('ran')));
    const schema = auth.guard(
      makeExecutableSchema({
        typeDefs: [
          auth.typeDefs,
          'extend type Mutation { loginAs(id: ID!): AuthPayload @requiresScopes(scopes: [["support"]]) }',
        ],
        resolvers: [auth.resolvers, { Mutation: { loginAs } }],
      }),
    );
    const two = `mutation { login(${account}) { tokenType } signup(${account}) { tokenType } }`;
    const answer = await run(auth, schema, two);
    expect(answer.errors?.[0]?.message).toMatch(/more: login, signup\.$/);
  });

  test('is recorded as a login without a password', async () => {
    const { auth, ask, signup } = withLinks();
    const { user } = await signup();
    await ask('mutation { loginByLink(link: "sent") { tokenType } }');
    const [last] = await auth.services.store.auditEvents({ limit: 1 });
    expect(last).toMatchObject({
      event: 'login',
      userId: user.id,
      ipAddress: '192.0.2.1',
      details: { method: 'other' },
    });
  });

  test('refuses who is unknown, and who is disabled', async () => {
    const { auth, ask, signup } = withLinks();
    const { user } = await signup();
    const unknown = await ask('mutation { loginByLink(link: "made up") { tokenType } }');
    expect(unknown.data).toEqual({ loginByLink: null });
    expect(codeOf(unknown)).toBe('NOT_FOUND');
    await auth.services.administration.disableUser({ viewer: null }, user.id);
    expect(codeOf(await ask('mutation { loginByLink(link: "sent") { tokenType } }'))).toBe(
      'ACCOUNT_DISABLED',
    );
  });

  test('sets the cookies, and runs nothing where none can be set', async () => {
    const { auth, schema, signup, identify } = withLinks({
      jwt: { authCookie: 'session' },
      hideTokens: true,
    });
    await signup();
    const source = 'mutation { loginByLink(link: "sent") { accessToken user { email } } }';
    const set: string[] = [];
    const answer = { addCookie: (cookie: string) => void set.push(cookie) };
    const contextValue = await auth.context(nobody, answer);
    const { data } = await graphql({ schema, source, contextValue });
    expect(data).toEqual({
      loginByLink: { accessToken: null, user: { email: 'ann@example.com' } },
    });
    expect(set.map((cookie) => cookie.split('=')[0])).toEqual([
      'session',
      'session_refresh',
      'session_info',
    ]);

    identify.mockClear();
    const onSocket = {
      ...contextValue,
      cookies: contextValue.cookies && { ...contextValue.cookies, canBeSet: false },
    };
    const refused = await graphql({ schema, source, contextValue: { ...onSocket } });
    expect(refused.data).toEqual({ loginByLink: null });
    expect(identify).not.toHaveBeenCalled();
  });

  test('is asked for a login like any other where every root field is, unless it is public', async () => {
    const { ask, signup } = withLinks({ mode: 'protect-all' });
    await signup();
    const answer = await ask('mutation { loginByLink(link: "sent") { user { email } } }');
    expect(answer.data).toEqual({ loginByLink: { user: { email: 'ann@example.com' } } });
  });

  test.each<[string, AuthOptions, string]>([
    ['with its name', {}, 'extend input LoginInput { code: String }'],
    [
      'left out',
      { omit: ['Mutation.login'] },
      `input LoginInput { email: String!, password: String!, code: String }
       extend type Mutation { login(input: LoginInput!): AuthPayload }`,
    ],
  ])('takes the place of our own login: %s', async (_, options, typeDefs) => {
    const auth = embedded(options);
    const login = auth.loginResolver((_, { input }, { services, origin }) =>
      input.code === '7'
        ? services.login(input, origin)
        : { ok: false, code: 'INVALID_CREDENTIALS' },
    );
    const schema = auth.guard(
      makeExecutableSchema({
        typeDefs: [auth.typeDefs, typeDefs],
        resolvers: [auth.resolvers, { Mutation: { login } }],
      }),
    );
    await run(auth, schema, `mutation { signup(${account}) { tokenType } }`);
    const withCode = `login(${account.replace('}', ', code: "7" }')}) { user { email } }`;
    expect(await run(auth, schema, `mutation { ${withCode} }`)).toEqual({
      data: { login: { user: { email: 'ann@example.com' } } },
    });
    expect(codeOf(await run(auth, schema, `mutation { login(${account}) { tokenType } }`))).toBe(
      'INVALID_CREDENTIALS',
    );
    const twice = await run(auth, schema, `mutation { a: ${withCode} b: ${withCode} }`);
    expect(codeOf(twice)).toBe('BAD_USER_INPUT');
  });

  test('goes by a renamed root and through Apollo Server', async () => {
    const { auth, schema, signup } = withLinks(
      { names: { Mutation: 'Root' } },
      'schema { query: Query mutation: Root }',
    );
    await signup();
    const ask = async (source: string) =>
      answerOf({ plugin: auth.plugin, schema, source, context: await auth.context(nobody) });
    expect(await ask('mutation { loginByLink(link: "sent") { user { email } } }')).toMatchObject({
      data: { loginByLink: { user: { email: 'ann@example.com' } } },
    });
    const two = 'mutation { loginByLink(link: "sent") { tokenType } refreshToken { tokenType } }';
    expect(codeOf(await ask(two))).toBe('BAD_USER_INPUT');
  });
});

describe('a code beside the password', () => {
  /** As docs/own-logins.md has it. */
  function withCode() {
    const auth = embedded();
    const login = auth.loginResolver(async (_, { email, password, code }, { services, origin }) => {
      const user = await services.users.findByEmail(email);
      const who = { email, userId: user?.id ?? null, address: origin.address };
      return services.attempts.during(who, async ({ forgive }) => {
        if (code !== '123456') return { ok: false, code: 'INVALID_CREDENTIALS' };
        await forgive();
        return services.login({ email, password }, origin);
      });
    });
    const schema = auth.guard(
      makeExecutableSchema({
        typeDefs: [
          auth.typeDefs,
          'extend type Mutation { enter(email: String!, password: String!, code: String!): AuthPayload }',
        ],
        resolvers: [auth.resolvers, { Mutation: { enter: login } }],
      }),
    );
    const enter = async (code: string, email = 'ann@example.com') =>
      codeOf(
        await run(
          auth,
          schema,
          `mutation { enter(email: "${email}", password: "a long sentence is fine", code: "${code}") { tokenType } }`,
        ),
      );
    const signup = () => run(auth, schema, `mutation { signup(${account}) { tokenType } }`);
    return { enter, signup };
  }

  test('is guessed no more often than a password, however the email is spelled', async () => {
    const { enter, signup } = withCode();
    await signup();
    for (let guess = 0; guess < 10; guess++) {
      const email = guess % 2 ? ' Ann@Example.com' : 'ann@example.com';
      expect(await enter(`00000${guess}`, email)).toBe('INVALID_CREDENTIALS');
    }
    expect(await enter('123456')).toBe('RATE_LIMITED');
    expect(await enter('123456', 'ANN@EXAMPLE.COM')).toBe('RATE_LIMITED');
  });

  test('is no attempt where it is right', async () => {
    const { enter, signup } = withCode();
    await signup();
    for (let time = 0; time < 12; time++) expect(await enter('123456')).toBeUndefined();
  });
});

describe('in the hands of other tools', () => {
  const source = 'mutation { loginByLink(link: "sent") { user { email } } }';
  const loggedIn = { user: { email: 'ann@example.com' } };

  test.each<[string, string, (schema: GraphQLSchema) => GraphQLSchema]>([
    ['a sorted copy', 'loginByLink', lexicographicSortSchema],
    [
      'a renamed copy',
      'enter',
      (schema) => renamed(schema, (name) => (name === 'loginByLink' ? 'enter' : name)),
    ],
  ])('it stays a login: %s', async (_, field, change) => {
    const { auth, schema, signup, identify } = withLinks();
    await signup();
    const copy = change(schema);
    const ask = async (query: string) =>
      answerOf({
        plugin: auth.plugin,
        schema: copy,
        source: query,
        context: await auth.context(nobody),
      });
    expect(await ask(source.replace('loginByLink', field))).toMatchObject({
      data: { [field]: loggedIn },
    });
    identify.mockClear();
    const two = await ask(
      `mutation { a: ${field}(link: "sent") { tokenType } b: ${field}(link: "sent") { tokenType } }`,
    );
    expect(codeOf(two)).toBe('BAD_USER_INPUT');
    expect(identify).not.toHaveBeenCalled();
  });

  test('a code-first schema needs no more of our payload than one field', async () => {
    const auth = embedded();
    const builder = new SchemaBuilder<{ Context: AuthContext }>({});
    const payload = builder
      .objectRef<IssuedSession>('AuthPayload')
      .implement({ fields: (t) => ({ tokenType: t.string({ resolve: () => 'a stub' }) }) });
    builder.queryType({ fields: (t) => ({ hello: t.string({ resolve: () => 'hello' }) }) });
    builder.mutationType({
      fields: (t) => ({
        loginByLink: t.field({
          type: payload,
          nullable: true,
          args: { link: t.arg.string({ required: true }) },
          resolve: auth.loginResolver((_, { link }, { services, origin }) =>
            services.login({ email: 'ann@example.com', password: link }, origin),
          ),
        }),
      }),
    });
    const schema = auth.guard(
      mergeSchemas({
        schemas: [builder.toSchema()],
        typeDefs: auth.typeDefs,
        resolvers: auth.resolvers,
      }),
    );
    await run(auth, schema, `mutation { signup(${account}) { tokenType } }`);
    const answer = await run(
      auth,
      schema,
      'mutation { loginByLink(link: "a long sentence is fine") { tokenType user { email } } }',
    );
    expect(answer).toEqual({ data: { loginByLink: { tokenType: 'Bearer', ...loggedIn } } });
  });

  test('one whose resolver was wrapped before the guards refuses, and says the fix', async () => {
    const { auth, identify } = withLinks();
    const wrapped = mapSchema(
      makeExecutableSchema({
        typeDefs: [
          auth.typeDefs,
          'extend type Mutation { loginByLink(link: String!): AuthPayload }',
        ],
        resolvers: [auth.resolvers, { Mutation: { loginByLink: auth.loginResolver(identify) } }],
      }),
      {
        [MapperKind.MUTATION_ROOT_FIELD]: (field, name) => {
          const { resolve } = field;
          if (name !== 'loginByLink' || !resolve) return undefined;
          return { ...field, resolve: (...given: Parameters<typeof resolve>) => resolve(...given) };
        },
      },
    );
    const answer = await run(auth, auth.guard(wrapped), source);
    expect(answer.errors?.[0]?.message).toMatch(/what auth\.loginResolver returns, as it is/);
    expect(identify).not.toHaveBeenCalled();
  });
});

/** A copy whose mutations have other names. */
const renamed = (schema: GraphQLSchema, nameOf: (name: string) => string): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.MUTATION_ROOT_FIELD]: (field, name) => [nameOf(name), field],
  });

describe('what is no login', () => {
  const asked = (
    resolve: (auth: Auth) => unknown,
    { root = 'Mutation', guarded = true } = {},
  ): [Auth, GraphQLSchema] => {
    const auth = embedded();
    const schema = makeExecutableSchema({
      typeDefs: [auth.typeDefs, `extend type ${root} { enter: AuthPayload }`],
      resolvers: [auth.resolvers, { [root]: { enter: resolve(auth) as never } }],
    });
    return [auth, guarded ? auth.guard(schema) : schema];
  };

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['true', true],
    ['a user', { id: '7', email: 'ann@example.com' }],
    ['a success without tokens', { ok: true, value: { user: { id: '7' } } }],
    ['a failure without a code', { ok: false }],
    ['a failure without a message, of a code that is none of ours', { ok: false, code: 'SPENT' }],
  ])('is refused with the fix: %s', async (_, given) => {
    const [auth, schema] = asked(({ loginResolver }) => loginResolver(() => given as never));
    const answer = await run(auth, schema, 'mutation { enter { accessToken } }');
    expect(answer.data).toEqual({ enter: null });
    expect(answer.errors?.[0]?.message).toMatch(
      /Mutation\.enter expects .* Write: return context\.services\.loginUser/,
    );
  });

  test.each([
    ['enter: Boolean', 'Boolean'],
    ['enter: [AuthPayload!]', '[AuthPayload!]'],
    ['enter: Entered', 'Entered'],
  ])('a type other than our payload is said at once: %s', (field, type) => {
    const auth = embedded();
    const schema = makeExecutableSchema({
      typeDefs: [
        auth.typeDefs,
        `extend type Mutation { ${field} } type Entered { payload: AuthPayload }`,
      ],
      resolvers: [
        auth.resolvers,
        { Mutation: { enter: auth.loginResolver(() => Promise.reject(new Error('ran'))) } },
      ],
    });
    expect(() => auth.guard(schema)).toThrow(
      `Mutation.enter logs somebody in and answers ${type}: nobody would get the tokens. Let it answer AuthPayload`,
    );
  });

  test('our payload may be non-null, under another name', async () => {
    const auth = embedded({ names: { AuthPayload: 'Tokens' } });
    const origin = { address: null, userAgent: null };
    const input = { email: 'ann@example.com', password: 'a long sentence is fine' };
    const schema = auth.guard(
      makeExecutableSchema({
        typeDefs: [auth.typeDefs, 'extend type Mutation { enter: Tokens! }'],
        resolvers: [
          auth.resolvers,
          { Mutation: { enter: auth.loginResolver(() => auth.services.signup(input, origin)) } },
        ],
      }),
    );
    expect(await run(auth, schema, 'mutation { enter { user { email } } }')).toEqual({
      data: { enter: { user: { email: 'ann@example.com' } } },
    });
  });

  test('a query logs nobody in, because any page may send a GET', async () => {
    const identify = jest.fn();
    const [auth, schema] = asked(({ loginResolver }) => loginResolver(identify as never), {
      root: 'Query',
    });
    const answer = await run(auth, schema, '{ enter { accessToken } }');
    expect(answer.errors?.[0]?.message).toMatch(/root fields of mutations, and Query\.enter/);
    expect(identify).not.toHaveBeenCalled();
  });

  test.each(['enter', 'login'])('nor does a field that leads to them again: %s', async (field) => {
    const auth = embedded();
    const identify = jest.fn(() => Promise.reject(new Error('ran')));
    const whose = (_: unknown, __: unknown, { viewer }: AuthContext) => viewer?.id ?? 'nobody';
    const schema = auth.guard(
      makeExecutableSchema({
        typeDefs: [
          auth.typeDefs,
          'extend type Mutation { again: Mutation, whose: String, enter: AuthPayload }',
        ],
        resolvers: [
          auth.resolvers,
          { Mutation: { again: () => ({}), whose, enter: auth.loginResolver(identify) } },
        ],
      }),
    );
    await run(auth, schema, `mutation { signup(${account}) { tokenType } }`);
    const entered = `${field}${field === 'login' ? `(${account})` : ''} { tokenType }`;
    // Under the key of the login, all that stands below would be seen by who has logged in.
    const answer = await run(auth, schema, `mutation { ${field}: again { ${entered} whose } }`);
    expect(answer.data).toEqual({ [field]: { [field]: null, whose: 'nobody' } });
    expect(answer.errors?.[0]?.message).toMatch(`Mutation.${field} is`);
    expect(identify).not.toHaveBeenCalled();
  });

  test('nor does a query: neither by a field with a resolver of ours, nor where it starts at Mutation', async () => {
    const auth = embedded();
    const identify = jest.fn(() => Promise.reject(new Error('ran')));
    const { login } = (auth.resolvers as Record<string, Record<string, any>>)['Mutation'] as any;
    const schema = auth.guard(
      makeExecutableSchema({
        typeDefs: [
          auth.typeDefs,
          `input Who { email: String!, password: String! }
           extend type Query { signIn(input: Who!): AuthPayload }
           extend type Mutation { enter: AuthPayload }`,
        ],
        resolvers: [
          auth.resolvers,
          { Query: { signIn: login }, Mutation: { enter: auth.loginResolver(identify) } },
        ],
      }),
    );
    await run(auth, schema, `mutation { signup(${account}) { tokenType } }`);
    // As many guesses as fit in one request.
    const both = `a: signIn(${account}) { tokenType } b: signIn(${account}) { tokenType }`;
    const guessed = await run(auth, schema, `{ ${both} }`);
    expect(guessed.data).toEqual({ a: null, b: null });
    expect(guessed.errors?.[0]?.message).toMatch('Query.signIn is for the root of a mutation');

    const oneRoot = new GraphQLSchema({ ...schema.toConfig(), query: schema.getMutationType() });
    const entered = await run(
      auth,
      oneRoot,
      `{ login(${account}) { tokenType } enter { tokenType } }`,
    );
    expect(entered.data).toEqual({ login: null, enter: null });
    expect(identify).not.toHaveBeenCalled();
  });

  test('nothing runs in a schema that nothing guards', async () => {
    const identify = jest.fn();
    const [auth, schema] = asked(({ loginResolver }) => loginResolver(identify as never), {
      guarded: false,
    });
    const answer = await run(auth, schema, 'mutation { enter { accessToken } }');
    expect(answer.errors?.[0]?.message).toMatch(/Nothing guards this schema/);
    expect(identify).not.toHaveBeenCalled();
  });

  test('a resolver that is none is said at once', () => {
    expect(() => embedded().loginResolver(undefined as never)).toThrow(/expects a function/);
  });

  test('an id that is no text is a mistake, on every engine', async () => {
    const auth = embedded();
    await auth.ready;
    const origin = { address: null, userAgent: null };
    await expect(auth.services.loginUser(7 as never, origin)).rejects.toThrow(
      /loginUser\(String\(id\), origin\)/,
    );
  });
});

describe('users in a table of one’s own', () => {
  const users = [
    { id: 'ann', email: 'ann@example.com' },
    { id: 'bob', email: 'bob@example.com', disabledAt: new Date(0) },
  ];
  const ownUsers: AuthOptions['users'] = {
    findByIds: (ids) => ids.map((id) => users.find((user) => user.id === id)),
    authenticate: () => null,
    grantsOf: () => ({ roles: ['writer'], scopes: ['notes:read'] }),
  };

  test('are logged in who have never been here, with their grants', async () => {
    const { auth, ask, links } = withLinks({ users: ownUsers });
    await auth.ready;
    links.set('sent', 'ann').set('closed', 'bob');
    const source = 'mutation { loginByLink(link: "sent") { user { id email roles scopes } } }';
    for (let twice = 0; twice < 2; twice++) {
      expect(await ask(source)).toEqual({
        data: {
          loginByLink: {
            user: {
              id: 'ann',
              email: 'ann@example.com',
              roles: ['writer'],
              scopes: ['notes:read'],
            },
          },
        },
      });
    }
    const refused = async (link: string) =>
      codeOf(await ask(`mutation { loginByLink(link: "${link}") { tokenType } }`));
    expect(await refused('closed')).toBe('ACCOUNT_DISABLED');
    expect(await refused('made up')).toBe('NOT_FOUND');
  });

  test('are found, opened and given a password in that table only', async () => {
    const { auth } = withLinks({ users: ownUsers });
    await auth.ready;
    const { users: ours, setPassword, loginUser } = auth.services;
    // From now on our row of hers has the email that she has today.
    await loginUser('ann', { address: null, userAgent: null });
    const newPassword = 'a long sentence is fine';
    for (const refused of [
      () => setPassword({ userId: 'ann', newPassword }),
      () => ours.findByEmail('ann@example.com'),
      () => ours.create({ email: 'eve@example.com', password: null }, { event: 'user_created' }),
    ]) {
      await expect(refused()).rejects.toThrow(/the table behind `users`/);
    }
  });
});
