import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { mapSchema, MapperKind } from '@graphql-tools/utils';
import { graphql, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { Auth, AuthContext } from '../../src/index.js';
import { account, bearer, embedded, nobody, signup } from './support.js';

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** For rows of a database, as a server may have it for all of its fields. */
const fieldResolver: GraphQLFieldResolver<any, unknown> = (source, _, __, { fieldName }) =>
  source?.[fieldName] ?? source?.[snake(fieldName)];

class Post {
  readonly author_name = 'Ann';
  readonly secret_note = 'note';

  seenBy(_: unknown, { viewer }: AuthContext): string | null {
    return viewer?.id ?? null;
  }
}

const schemaOf = ({ typeDefs, resolvers }: Auth): GraphQLSchema =>
  makeExecutableSchema({
    typeDefs: [
      typeDefs,
      `type Post { authorName: String, seenBy: ID, secretNote: String @authenticated }
       type Elsewhere { someName: String }
       extend type User { latestPost: Post }
       extend type Query { post: Post, elsewhere: Elsewhere }`,
    ],
    resolvers: [
      resolvers,
      {
        Query: { post: () => new Post(), elsewhere: () => ({ some_name: 'x' }) },
        User: { latestPost: () => new Post() },
      },
    ],
  });

const resolved = (schema: GraphQLSchema): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field) => ({ ...field, resolve: field.resolve ?? fieldResolver }),
  });

const source = '{ post { authorName secretNote } elsewhere { someName } me { email } }';

describe('a field resolver of the whole server', () => {
  test('is not asked for guarded fields and those of types below AuthPayload, but for all others', async () => {
    const auth = embedded();
    const schema = auth.guard(schemaOf(auth));
    const contextValue = await auth.context(bearer(await signup(auth, schema)));
    const { data } = await graphql({ schema, source, contextValue, fieldResolver });
    expect(JSON.parse(JSON.stringify(data))).toEqual({
      post: { authorName: null, secretNote: null },
      elsewhere: { someName: 'x' },
      me: { email: 'ann@example.com' },
    });
  });

  test('is asked behind the guards once it is in the schema that is guarded', async () => {
    const auth = embedded();
    const schema = auth.guard(resolved(schemaOf(auth)));
    const contextValue = await auth.context(bearer(await signup(auth, schema)));
    const { data } = await graphql({ schema, source, contextValue });
    expect(JSON.parse(JSON.stringify(data))).toEqual({
      post: { authorName: 'Ann', secretNote: 'note' },
      elsewhere: { someName: 'x' },
      me: { email: 'ann@example.com' },
    });
    const denied = await graphql({ schema, source, contextValue: await auth.context(nobody) });
    expect(denied.data).toMatchObject({ post: { authorName: 'Ann', secretNote: null } });
  });
});

test('a method of an object without a resolver sees below a login who has logged in', async () => {
  const auth = embedded();
  const schema = auth.guard(schemaOf(auth));
  await signup(auth, schema);
  const login = `mutation { login(${account}) { user { id latestPost { seenBy } } } }`;
  const { data } = await graphql({
    schema,
    source: login,
    contextValue: await auth.context(nobody),
  });
  const { id, latestPost } = (data as any).login.user;
  expect(latestPost.seenBy).toBe(id);
});
