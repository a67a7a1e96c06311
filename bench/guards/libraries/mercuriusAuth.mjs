import { makeExecutableSchema } from '@graphql-tools/schema';
import Fastify from 'fastify';
import { execute, parse, subscribe, valueFromASTUntyped } from 'graphql';
import mercurius from 'mercurius';
import mercuriusAuth from 'mercurius-auth';
import { meets, readerOf } from '../session.mjs';

export const name = 'mercurius-auth';
export const ownErrors = 'unless `applyPolicy` gives an error of its own';
export const batches = 'which a loader of one’s own may gather';
export const thrown = 'denied; the client gets the message, as documented';
export const scopes = 'yes, written by hand in `applyPolicy`';

const byHand = 'by hand: `applyPolicy` gets `args`';
/** What its documentation does not say it does, by the name that a rule has for it. */
export const unclaimed = {
  typename: '`__typename` has no resolver that a policy could stand before',
  interface: 'a directive on the field of an interface is accepted at the start and never asked',
  interfaceType: 'its directives stand on objects and fields',
  payload: 'a directive on a type wraps the fields of that type',
  whole: 'each field is judged by itself',
  output: 'its directives stand on objects and fields',
  argument: `its directives stand on objects and fields; ${byHand}`,
  suggestions: 'its schema filter works on introspection',
};

/** One registration of the plugin for each directive, as its documentation says. */
const directives = `
  directive @authenticated on OBJECT | FIELD_DEFINITION
  directive @requiresScopes(scopes: [[String!]!]!) on OBJECT | FIELD_DEFINITION
  directive @policy(policies: [[String!]!]!) on OBJECT | FIELD_DEFINITION
`;

const argumentOf = ({ arguments: [{ value }] }) => valueFromASTUntyped(value);

function policiesOf({ objectPolicies = {}, requestPolicies = {} }, count) {
  const askPolicy = (policy, parent, user) =>
    policy in requestPolicies
      ? requestPolicies[policy](user)
      : objectPolicies[policy](parent, user);
  return {
    authenticated: (user) => {
      count();
      return user !== null;
    },
    requiresScopes: (user, ast) => meets(user, argumentOf(ast)),
    policy: (user, ast, parent) => {
      count();
      return argumentOf(ast).some((all) => all.every((each) => askPolicy(each, parent, user)));
    },
  };
}

export async function build({ sdl, resolvers, filterIntrospection = false, ...rest }) {
  let asked = 0;
  const policies = policiesOf(rest, () => (asked += 1));
  const app = Fastify();
  app.register(mercurius, {
    schema: makeExecutableSchema({ typeDefs: [directives, sdl], resolvers }),
  });
  for (const [authDirective, allows] of Object.entries(policies)) {
    app.register(mercuriusAuth, {
      authDirective,
      filterSchema: filterIntrospection,
      authContext: ({ reply }) => ({ user: JSON.parse(reply.request.headers['x-user']) }),
      applyPolicy: async (ast, parent, _args, { auth }) => allows(auth.user, ast, parent),
    });
  }
  await app.ready();
  const { schema } = app.graphql;
  const contextOf = (user) => ({ auth: { user: readerOf(user) } });
  return {
    asked: () => asked,
    async ask(query, user, variables) {
      const headers = { 'x-user': JSON.stringify(readerOf(user)) };
      const body = { query, variables };
      const answer = await app.inject({ method: 'POST', url: '/graphql', headers, body });
      return answer.json();
    },
    executeNow: (source, user) =>
      execute({ schema, document: parse(source), contextValue: contextOf(user) }),
    async socket(source, user) {
      const contextValue = contextOf(user);
      const events = await subscribe({ schema, document: parse(source), contextValue });
      return { events, become: (other) => Object.assign(contextValue, contextOf(other)) };
    },
    close: () => app.close(),
  };
}
