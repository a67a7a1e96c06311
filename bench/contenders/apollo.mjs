/** Apollo Server alone. It believes what a token says and refuses nobody. */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import jsonwebtoken from 'jsonwebtoken';
import { listening } from './shared/listening.mjs';
import { viewerOfClaims } from './shared/auth.mjs';
import { createRolesLoader } from './shared/data.mjs';
import { resolvers, typeDefs } from './shared/schema.mjs';

const server = new ApolloServer({ typeDefs: typeDefs(), resolvers });
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: 0 },
  context: async ({ req }) => ({
    viewer: viewerOfClaims(jsonwebtoken.decode(req.headers.authorization.slice(7))),
    roles: createRolesLoader(),
  }),
});
listening(new URL(url).port);
