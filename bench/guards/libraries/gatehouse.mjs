import { createGuards } from '../../../src/directives/guard.ts';
import { perObject } from '../../../src/directives/policies.ts';
import { defaultDocumentLimits } from '../../../src/limits/limits.ts';
import { silentLog } from '../../../src/log.ts';
import { startServer } from '../../../src/server/app.ts';
import { ofRepository } from '../../harness/ofRepository.mjs';

// The guards are run from source: they, the schema and the executor must share the GraphQL of the root.
const { makeExecutableSchema } = ofRepository('@graphql-tools/schema');
const { execute, graphql, parse, subscribe } = ofRepository('graphql');

export const name = 'Gatehouse';
/** Every rule is ours to keep. */
export const unclaimed = {};
export const cleared = 'yes: a guarded field makes one synchronous look at a verdict that stands';

const credentialOf = (user) => {
  if (user === 'expired') return { kind: 'rejected', reason: 'TOKEN_EXPIRED' };
  if (user === null) return { kind: 'none', refreshable: false };
  const viewer = { id: user.id, sessionId: 's', scopes: new Set(user.scopes), roles: new Set() };
  return { kind: 'valid', viewer };
};

const contextOf = (user) => {
  const credential = credentialOf(user);
  return { credential, viewer: credential.viewer ?? null, payload: null };
};

const userOf = (viewer) => viewer && { id: viewer.id, scopes: [...viewer.scopes] };

/** Policies about objects come one object at a time from a rule; here they are asked about all at once. */
function policiesOf({ objectPolicies = {}, requestPolicies = {} }, count) {
  const policies = {};
  for (const [policy, ask] of Object.entries(requestPolicies)) {
    policies[policy] = (viewer) => ask(userOf(viewer));
  }
  for (const [policy, ask] of Object.entries(objectPolicies)) {
    policies[policy] = perObject((items, viewer) => {
      count();
      return items.map(({ object }) => ask(object, userOf(viewer)));
    });
  }
  return policies;
}

/** Messages are the server's: validation does not know the guards. */
async function askServer(schema, query, filterIntrospection) {
  const server = await startServer({
    schema,
    filterIntrospection,
    context: () => contextOf(null),
    port: 0,
    host: '127.0.0.1',
    path: '/graphql',
    corsOrigins: [],
    introspection: true,
    explorer: false,
    production: false,
    limits: { ...defaultDocumentLimits, maxBodySize: 1024 ** 2 },
    trustProxy: false,
    log: silentLog,
    readiness: () => undefined,
    times: { drain: 0 },
  });
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const answer = await response.json();
  await server.stop();
  return answer;
}

export async function build({ sdl, resolvers, filterIntrospection = false, ...rest }) {
  let asked = 0;
  const policies = policiesOf(rest, () => (asked += 1));
  const guards = createGuards({ policies, filterIntrospection });
  const schema = guards.guard(
    makeExecutableSchema({ typeDefs: [guards.typeDefs, sdl], resolvers }),
  );
  return {
    asked: () => asked,
    ask: (source, user, variableValues) =>
      graphql({ schema, source, variableValues, contextValue: contextOf(user) }),
    executeNow: (source, user) =>
      execute({ schema, document: parse(source), contextValue: contextOf(user) }),
    async socket(source, user) {
      const contextValue = contextOf(user);
      const events = await subscribe({ schema, document: parse(source), contextValue });
      return { events, become: (other) => Object.assign(contextValue, contextOf(other)) };
    },
    askServer: (source) => askServer(schema, source, filterIntrospection),
    close: async () => undefined,
  };
}
