import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql, type GraphQLFormattedError } from 'graphql';
import { silentLog, type Auth } from '../../src/index.js';
import { account, bearer, embedded, nobody, ownApi, run, signup } from './support.js';

const saying = (name: string) =>
  `A key of yours has replaced \`${name}\` of auth.context() in the GraphQL context. Spread auth.context last, { ...yours, ...(await auth.context(req)) }, or give your key another name.`;

const replacements: [string, unknown][] = [
  ['services', { mail: {} }],
  ['loaders', { post: {} }],
  ['origin', 'https://shop.example'],
  ['accessToken', 'of another API'],
  ['cookies', { theme: 'dark' }],
  ['viewerCan', true],
  ['seenBy', []],
  ['credential', { user: 'ann' }],
  ['viewer', { id: '1' }],
];

describe('a key of an embedder that has the name of one of ours', () => {
  test.each(replacements)('%s: fields of ours say so', async (name, value) => {
    const auth = embedded();
    const { schema } = ownApi(auth);
    const { errors } = await run(auth, schema, '{ me { id } }', nobody, { [name]: value });
    expect(errors?.map(({ message }) => message)).toEqual([saying(name)]);
  });

  test('in place of the origin, it lets nobody log in: all would share one count', async () => {
    const auth = embedded();
    const { schema } = ownApi(auth);
    await signup(auth, schema);
    const origin = { origin: 'https://shop.example' };
    const login = `login(${account}) { tokenType }`;
    for (const source of [`mutation { ${login} }`, `mutation { a: ${login} b: ${login} }`]) {
      const { errors } = await run(auth, schema, source, nobody, origin);
      expect(errors?.[0]?.message).toBe(saying('origin'));
    }
  });

  test('is said of fields of ours below a field of theirs, too', async () => {
    const auth = embedded();
    const schema = auth.guard(
      makeExecutableSchema({
        typeDefs: [auth.typeDefs, 'extend type Query { author: User }'],
        resolvers: [auth.resolvers, { Query: { author: () => ({ id: '1' }) } }],
      }),
    );
    const { errors } = await run(auth, schema, '{ author { roles } }', nobody, { loaders: {} });
    expect(errors?.[0]?.message).toBe(saying('loaders'));
  });

  test('set on the very context that was made is no other thing', async () => {
    const auth = embedded();
    const { schema } = ownApi(auth);
    const contextValue = Object.assign(await auth.context(nobody), { loaders: {} });
    const { errors } = await graphql({ schema, source: '{ me { id } }', contextValue });
    expect(errors?.[0]?.message).toBe(saying('loaders'));
  });

  test('leaves their own fields alone', async () => {
    const auth = embedded();
    const { schema } = ownApi(auth);
    const token = await signup(auth, schema);
    const theirs = Object.fromEntries(replacements.slice(0, -2));
    const { data, errors } = await run(auth, schema, '{ open secret }', bearer(token), theirs);
    expect(errors).toBeUndefined();
    expect(data.secret).toMatch(/^for /);
  });

  test('is told to nobody but the log', async () => {
    const logged: object[] = [];
    const log = { ...silentLog, error: (of: object) => void logged.push(of) };
    const auth: Auth = embedded({ log });
    const { schema } = ownApi(auth);
    const { errors } = await run(auth, schema, '{ me { id } }', nobody, { loaders: {} });
    const error = errors?.[0];
    const told = auth.formatError(error?.toJSON() as GraphQLFormattedError, error);
    expect(told.extensions?.['code']).toBe('INTERNAL_SERVER_ERROR');
    expect(told.message).not.toContain('loaders');
    expect(logged).toMatchObject([{ err: { message: saying('loaders') } }]);
  });
});

test('who spreads auth.context last has all of it', async () => {
  const auth = embedded();
  const { schema } = ownApi(auth);
  const token = await signup(auth, schema);
  const theirs = { ...Object.fromEntries(replacements), db: 'mine' };
  const contextValue = { ...theirs, ...(await auth.context(bearer(token))) };
  const source = '{ open me { email roles sessions { current } } }';
  const { data } = await graphql({ schema, source, contextValue });
  expect(JSON.parse(JSON.stringify(data))).toEqual({
    open: 'mine',
    me: { email: 'ann@example.com', roles: [], sessions: [{ current: true }] },
  });
});

test('another viewer with its credential, as a test puts it in, replaces nothing', async () => {
  const auth = embedded();
  const { schema } = ownApi(auth);
  const viewer = { id: '7', sessionId: null, scopes: new Set(), roles: new Set() };
  const other = { viewer, credential: { kind: 'valid', viewer } };
  const { data } = await run(auth, schema, '{ secret session { id } }', nobody, other);
  expect({ ...data }).toEqual({ secret: 'for 7', session: null });
});
