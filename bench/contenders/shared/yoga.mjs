import {
  DIRECTIVE_SDL,
  REQUIRES_SCOPES_DIRECTIVE_SDL,
  useGenericAuth,
} from '@envelop/generic-auth';
import { useJWT, extractFromHeader } from '@graphql-yoga/plugin-jwt';
import { createSchema, createYoga } from 'graphql-yoga';
import { createServer } from 'node:http';
import { algorithm } from './environment.mjs';
import { listening } from './listening.mjs';
import { readsAccount, viewerOfClaims } from './auth.mjs';
import { createRolesLoader } from './data.mjs';
import { resolvers, typeDefs } from './schema.mjs';

const guards = {
  me: '@authenticated',
  users: '@requiresScopes(scopes: [["users:read"]])',
  email: '@authenticated',
};

/** generic-auth knows no rule about an object: that about `email` is in its resolver. */
const User = {
  ...resolvers.User,
  email: (user, _, { currentUser }) => (readsAccount(currentUser, user) ? user.email : null),
};

/** As its documentation says under "JWT" and "Authentication": the plugin verifies, generic-auth guards. */
export function serve(signingKeyProvider) {
  const yoga = createYoga({
    schema: createSchema({
      typeDefs: typeDefs(guards, DIRECTIVE_SDL + REQUIRES_SCOPES_DIRECTIVE_SDL),
      resolvers: {
        Query: {
          ...resolvers.Query,
          me: (source, args, { currentUser }) =>
            resolvers.Query.me(source, args, { viewer: currentUser }),
        },
        User,
      },
    }),
    context: () => ({ roles: createRolesLoader() }),
    plugins: [
      useJWT({
        signingKeyProviders: [signingKeyProvider],
        tokenLookupLocations: [extractFromHeader({ name: 'authorization', prefix: 'Bearer' })],
        tokenVerification: { algorithms: [algorithm] },
      }),
      useGenericAuth({
        mode: 'protect-granular',
        resolveUserFn: ({ jwt }) => (jwt ? viewerOfClaims(jwt.payload) : null),
        extractScopes: (viewer) => viewer?.scopes ?? [],
      }),
    ],
    graphiql: false,
    // It would write a line for each token that it refuses.
    logging: 'error',
  });
  const server = createServer(yoga);
  server.listen(0, '127.0.0.1', () => listening(server.address().port));
}
