import { expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql, type GraphQLResolveInfo } from 'graphql';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { answersTo } from '../../src/auth/socketEvents.js';
import { createAuth } from '../../src/index.js';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const origin = { address: '192.0.2.1', userAgent: null };
const input = { email: 'ann@example.com', password: 'a long sentence is fine' };
type Auth = ReturnType<typeof createAuth>;
const schemaOf = (auth: Auth, typeDefs: string, resolvers: object) =>
  auth.guard(
    makeExecutableSchema({
      typeDefs: [auth.typeDefs, typeDefs],
      resolvers: [auth.resolvers, resolvers] as never,
    }),
  );

test('a cookie holds every token that an encodeHandler may answer', async () => {
  const mark = '+/=%{}<>:';
  const auth = createAuth({
    database: ':memory:',
    log,
    jwt: {
      authCookie: 'g',
      encodeHandler: (p) => mark + Buffer.from(JSON.stringify(p)).toString('base64url'),
      decodeHandler: (t) =>
        t.startsWith(mark)
          ? JSON.parse(Buffer.from(t.slice(mark.length), 'base64url').toString())
          : null,
    },
  });
  const set: string[] = [];
  const answer = { addCookie: (text: string) => set.push(text) };
  const schema = schemaOf(auth, 'extend type Query { a: Int }', {});
  const source = `mutation { signup(input: { email: "${input.email}", password: "${input.password}" }) { user { id } } }`;
  const contextValue = await auth.context({ headers: {}, ...origin }, answer);
  await graphql({ schema, source, contextValue });
  const cookie = set.map((text) => text.split(';')[0]).join('; ');
  const { credential } = await auth.context({ headers: { cookie }, address: '192.0.2.1' }, answer);
  expect(credential.kind).toBe('valid');
  await auth.close();
});

test('admin holds the scopes of every schema that was guarded', async () => {
  const auth = createAuth({ database: ':memory:', log });
  const first = schemaOf(auth, 'extend type Query { a: Int @requiresScopes(scopes: [["one"]]) }', {
    Query: { a: () => 1 },
  });
  schemaOf(auth, 'extend type Query { b: Int @requiresScopes(scopes: [["two"]]) }', {});
  await auth.ready;
  const { services } = auth;
  const made = await services.signup(input, origin);
  if (!made.ok) throw new Error(made.code);
  await services.administration.setUserRoles({ viewer: null }, made.value.user.id, ['admin']);
  const login = await services.login(input, origin);
  if (!login.ok) throw new Error(login.code);
  const headers = { authorization: `Bearer ${login.value.tokens.accessToken}` };
  const contextValue = await auth.context({ headers, address: '192.0.2.1' });
  expect(await graphql({ schema: first, source: '{ a }', contextValue })).toEqual({
    data: { a: 1 },
  });
  await auth.close();
});

test('a source is left when the answer to an event cannot be made', async () => {
  let left = 0;
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ done: false as const, value: 1 }),
      return: () => Promise.resolve({ done: true as const, value: ++left }),
    }),
  };
  const answers = answersTo(source, () => Promise.reject(new Error('no context')));
  await expect(answers.next()).rejects.toThrow('no context');
  expect(left).toBe(1);
});

test('a message that has headers alone is read by them, and what is no headers is named', async () => {
  const auth = createAuth({ database: ':memory:', log });
  await auth.ready;
  const made = await auth.services.signup(input, origin);
  if (!made.ok) throw new Error(made.code);
  const message = new IncomingMessage(new Socket());
  message.headers = { authorization: `Bearer ${made.value.tokens.accessToken}` };
  expect((await auth.context(message)).credential.kind).toBe('valid');
  expect(() => auth.context({ headers: [['authorization', 'Bearer x']] as never })).toThrow(
    TypeError,
  );
  await auth.close();
  const cookies = createAuth({ database: ':memory:', log, jwt: { authCookie: 'g' } });
  const none = { headers: new Map<string, string>() as never, address: '192.0.2.1' };
  expect((await cookies.context(none, new Headers())).credential.kind).toBe('none');
  await cookies.close();
});

test('an omitted variable inside a guarded input is not null to a resolver, as graphql-jit would have it', async () => {
  const auth = createAuth({ database: ':memory:', log });
  let infoOfJit: GraphQLResolveInfo | undefined;
  const got: unknown[] = [];
  const schema = schemaOf(
    auth,
    'input Edit { title: String owner: String @hasRole(roles: ["ed"]) } extend type Query { edit(input: [Edit]): Boolean }',
    {
      Query: {
        edit: (_: unknown, args: unknown, __: unknown, info: GraphQLResolveInfo) => {
          infoOfJit = info;
          return got.push(args) > 0;
        },
      },
    },
  );
  const contextValue = await auth.context({ headers: {}, address: '192.0.2.1' });
  const source = 'query ($o: String) { edit(input: [{ title: "x", owner: $o }]) }';
  await graphql({ schema, source, contextValue });
  const { resolve } = schema.getQueryType()!.getFields()['edit']!;
  await resolve!(null, { input: [{ title: 'x', owner: null }] }, contextValue, infoOfJit!);
  expect(JSON.parse(JSON.stringify(got))).toEqual([
    { input: [{ title: 'x' }] },
    { input: [{ title: 'x' }] },
  ]);
  await auth.close();
});

test('a variable that stands in place of a password is not quoted, whatever its name', async () => {
  const auth = createAuth({ database: ':memory:', log });
  const schema = schemaOf(auth, 'extend type Query { a: Int }', {});
  const source =
    'mutation($p: String!) { login(input: { email: "a", password: $p }) { user { id } } }';
  const contextValue = await auth.context({ headers: {}, address: '192.0.2.1' });
  const variableValues = { p: ['hunter2secret'] };
  const { errors = [] } = await graphql({ schema, source, contextValue, variableValues });
  const [error] = errors;
  const formatted = auth.formatError(
    { ...error!.toJSON(), extensions: { code: 'BAD_USER_INPUT' } },
    error,
  );
  expect(formatted.message).not.toContain('hunter2');
  await auth.close();
});

test('a field that an embedder adds to AuthPayload shows nothing of ours, whatever its name', async () => {
  const auth = createAuth({ database: ':memory:', log, names: { 'AuthPayload.user': 'account' } });
  const schema = schemaOf(
    auth,
    'extend type AuthPayload { user: JSON tokens: JSON viewer: JSON }',
    {},
  );
  const source = `mutation { signup(input: { email: "${input.email}", password: "${input.password}" }) { user tokens viewer account { email } } }`;
  const contextValue = await auth.context({ headers: {}, address: '192.0.2.1' });
  const { data } = await graphql({ schema, source, contextValue });
  const signup = { user: null, tokens: null, viewer: null, account: { email: input.email } };
  expect(JSON.parse(JSON.stringify(data))).toEqual({ signup });
  await auth.close();
});
