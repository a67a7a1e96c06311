import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { listening } from './listening.mjs';
import { viewerOf } from './auth.mjs';
import { createRolesLoader } from './data.mjs';

/** As its documentation says under "Authentication and authorization": the viewer is put into the context. */
export async function serve(schema) {
  const { url } = await startStandaloneServer(new ApolloServer({ schema }), {
    listen: { host: '127.0.0.1', port: 0 },
    context: async ({ req }) => ({
      viewer: viewerOf(req.headers.authorization),
      roles: createRolesLoader(),
    }),
  });
  listening(new URL(url).port);
}
