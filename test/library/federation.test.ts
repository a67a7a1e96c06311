import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { expect, test } from '@jest/globals';
import { graphql, parse } from 'graphql';
import { createAuth, report, silentLog } from '../../src/index.js';

test('our API and entities of your own are one guarded subgraph, which composes', async () => {
  const auth = createAuth({ database: ':memory:', log: silentLog });
  try {
    const mine = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Note @key(fields: "id") @authenticated { id: ID! }
      extend type Query { notes: [Note] @hasRole(roles: ["writer"]) }`;
    const unguarded = buildSubgraphSchema([
      { typeDefs: parse(auth.typeDefs), resolvers: auth.resolvers },
      { typeDefs: parse(mine) },
    ] as never);
    const schema = auth.guard(unguarded);
    const ask = async (source: string) => {
      const contextValue = await auth.context({ headers: {}, address: '192.0.2.1' });
      return graphql({ schema, source, contextValue });
    };

    const { data } = await ask('{ _service { sdl } }');
    const { sdl } = (data as { _service: { sdl: string } })._service;
    const composed = composeServices([{ name: 'one', url: 'http://one', typeDefs: parse(sdl) }]);
    expect(composed.errors).toBeUndefined();
    expect(composed.supergraphSdl).toMatch(/^scalar DateTime/m);
    expect(composed.supergraphSdl).toMatch(/roles: \[Role!\] @requiresScopes/);

    const signup =
      'mutation { signup(input: { email: "a@example.com", password: "a long sentence is fine" }) { user { email } } }';
    expect((await ask(signup)).data).toEqual({ signup: { user: { email: 'a@example.com' } } });
    const note = '{ _entities(representations: [{ __typename: "Note", id: "1" }]) { __typename } }';
    expect((await ask(note)).errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(report(schema).unguarded).toEqual({ query: [], mutation: [], subscription: [] });
  } finally {
    await auth.close();
  }
});
