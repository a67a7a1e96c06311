/**
 * Everything on: compiled queries, and a cache of verified tokens that holds more than there are. For the list DataLoader
 * takes less time than its own loaders, so that is what it has here.
 */
import { createVerifier } from 'fast-jwt';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import mercuriusAuth from 'mercurius-auth';
import { algorithm, keyText } from './shared/environment.mjs';
import { listening } from './shared/listening.mjs';
import { viewerOfClaims } from './shared/auth.mjs';
import { definitions, guards, rules } from './shared/directiveRules.mjs';
import { createRolesLoader } from './shared/data.mjs';
import { resolvers, typeDefs } from './shared/schema.mjs';

const verify = createVerifier({ key: keyText, algorithms: [algorithm], cache: 5000 });

function viewerOf(authorization) {
  if (authorization === undefined || !authorization.startsWith('Bearer ')) return null;
  try {
    return viewerOfClaims(verify(authorization.slice(7)));
  } catch {
    return null;
  }
}

const app = Fastify();
app.register(mercurius, {
  schema: typeDefs(guards, definitions),
  resolvers,
  context: ({ headers }) => ({
    viewer: viewerOf(headers.authorization),
    roles: createRolesLoader(),
  }),
  jit: 1,
});
for (const [authDirective, allows] of Object.entries(rules)) {
  app.register(mercuriusAuth, {
    authDirective,
    applyPolicy: async (_, parent, __, { viewer }) => allows(parent, viewer),
  });
}
await app.listen({ host: '127.0.0.1', port: 0 });
listening(app.server.address().port);
