import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  execute,
  graphql,
  isInterfaceType,
  isObjectType,
  parse,
  subscribe,
  valueFromASTUntyped,
} from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { and, or, rule, shield } from 'graphql-shield';
import { readerOf } from '../session.mjs';

export const name = 'graphql-shield';
export const caches = ['no_cache', 'contextual'];
export const cacheNote =
  'yes with `no_cache`, the default; with `contextual` the first answer stays for as long as the context';
export const ownErrors = 'unless the rule returns an error of its own';
export const batches = 'which a loader of one’s own may gather';
export const scopes = 'yes: `or(and(a, b), c)`';

const byHand = 'by hand: a rule gets `args`';
/** What its documentation does not say it does, by the name that a rule has for it. */
export const unclaimed = {
  typename: '`__typename` has no resolver that a rule could stand before',
  interface: 'a rule on an interface is accepted at the start and never asked',
  payload: 'a rule on a type stands before the fields of that type',
  whole: 'each field is judged by itself',
  output: 'rules stand on object types and their fields',
  argument: `rules stand on object types and their fields; ${byHand}`,
  introspection: 'rules stand before resolvers',
  suggestions: 'rules stand before resolvers',
};

/** The rule tree that says in its words what the directives of a schema say. */
function treeOf(schema, rules) {
  const tree = {};
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const ofType = rulesOf(type, rules);
    const fields = {};
    for (const field of Object.values(type.getFields())) {
      const own = rulesOf(field, rules);
      if (own.length > 0) fields[field.name] = allOf([...ofType, ...own]);
    }
    if (Object.keys(fields).length > 0) {
      tree[type.name] = ofType.length > 0 ? { '*': allOf(ofType), ...fields } : fields;
    } else if (ofType.length > 0) tree[type.name] = allOf(ofType);
  }
  return tree;
}

const allOf = (rules) => (rules.length === 1 ? rules[0] : and(...rules));

const rulesOf = ({ astNode }, rules) =>
  (astNode?.directives ?? []).map(({ name: { value }, arguments: [argument] }) =>
    rules[value](argument && valueFromASTUntyped(argument.value)),
  );

const anyOfAll = (groups, toRule) =>
  or(...groups.map((names) => and(...names.map((each) => toRule(each)))));

/** The directives are read here to write the rule tree; the library itself has none. */
const directives = `
  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE
  directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE
`;

export async function build({ sdl, resolvers, cache = 'contextual', ...policies }) {
  let asked = 0;
  const { objectPolicies = {}, requestPolicies = {} } = policies;
  // "contextual" is what its documentation advises where a rule looks at the context alone.
  const authenticated = rule('authenticated', { cache })((_, __, { user }) => {
    asked += 1;
    return user !== null;
  });
  const scopeRule = (scope) =>
    rule(`scope:${scope}`, { cache })((_, __, { user }) => user?.scopes.includes(scope) === true);
  const policyRule = (policy) =>
    policy in requestPolicies
      ? rule(policy, { cache })((_, __, { user }) => requestPolicies[policy](user))
      : rule(policy)((parent, _, { user }) => {
          asked += 1;
          return objectPolicies[policy](parent, user);
        });
  const plain = makeExecutableSchema({ typeDefs: [directives, sdl], resolvers });
  const tree = treeOf(plain, {
    authenticated: () => authenticated,
    requiresScopes: (groups) => anyOfAll(groups, scopeRule),
    policy: (groups) => anyOfAll(groups, policyRule),
  });
  const schema = applyMiddleware(plain, shield(tree));
  const contextOf = (user) => ({ user: readerOf(user) });
  return {
    asked: () => asked,
    ask: (source, user, variableValues) =>
      graphql({ schema, source, variableValues, contextValue: contextOf(user) }),
    executeNow: (source, user) =>
      execute({ schema, document: parse(source), contextValue: contextOf(user) }),
    async socket(source, user) {
      const contextValue = contextOf(user);
      const events = await subscribe({ schema, document: parse(source), contextValue });
      return { events, become: (other) => (contextValue.user = readerOf(other)) };
    },
    close: async () => undefined,
  };
}
