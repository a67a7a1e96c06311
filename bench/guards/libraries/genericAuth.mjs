import { envelop, useEngine, useSchema } from '@envelop/core';
import {
  DIRECTIVE_SDL,
  defaultProtectSingleValidateFn,
  POLICY_DIRECTIVE_SDL,
  REQUIRES_SCOPES_DIRECTIVE_SDL,
  useGenericAuth,
} from '@envelop/generic-auth';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, parse, specifiedRules, subscribe, validate } from 'graphql';
import { readerOf } from '../session.mjs';

export const name = '@envelop/generic-auth';
/** Refuses an operation whole unless it is told not to: tried both ways. */
export const isWhole = true;
export const ownErrors = 'unless `validateUser` gives an error of its own';
export const byDefault = 'the operation is refused whole; with `rejectUnauthenticated: false` ';
export const cleared = 'yes: each selected field was judged once, before';

const byHand =
  'by hand in `validateUser`, which gets the document and the variables as they were sent';
/** What its documentation does not say it does, by the name that a rule has for it. */
export const unclaimed = {
  typename: 'introspection fields are left aside',
  interface: 'it asks the type on which a selection stands, and no other',
  output: 'its directives stand on fields, objects and interfaces',
  argument: `its directives stand on fields, objects and interfaces; ${byHand}`,
  introspection: 'a plugin of its own can switch introspection off for some requests',
  suggestions: 'other plugins do',
  objects: 'its policies are names that a user has, fetched once per request',
};

/** As the README says for `protect-granular`, with the directives that the package exports. */
export async function build({ sdl, resolvers, requestPolicies = {}, partial = false }) {
  let asked = 0;
  const typeDefs = [
    DIRECTIVE_SDL,
    REQUIRES_SCOPES_DIRECTIVE_SDL,
    // The exported definition takes a flat list, which the code and the README do not.
    POLICY_DIRECTIVE_SDL.replace('[String!]!', '[[String!]!]!'),
    sdl,
  ];
  const schema = makeExecutableSchema({ typeDefs, resolvers });
  const getEnveloped = envelop({
    plugins: [
      useEngine({ parse, validate, specifiedRules, execute, subscribe }),
      useSchema(schema),
      useGenericAuth({
        mode: 'protect-granular',
        validateUser(params) {
          asked += 1;
          return defaultProtectSingleValidateFn(params);
        },
        resolveUserFn: ({ user }) => readerOf(user),
        extractScopes: (user) => user?.scopes ?? [],
        extractPolicies: (user) =>
          Object.keys(requestPolicies).filter((policy) => requestPolicies[policy](user)),
        ...(partial && { rejectUnauthenticated: false }),
      }),
    ],
  });

  const prepare = async (source, user, variableValues) => {
    const enveloped = getEnveloped({ user });
    const document = enveloped.parse(source);
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return { enveloped, errors };
    const contextValue = await enveloped.contextFactory();
    return {
      enveloped,
      args: { schema: enveloped.schema, document, contextValue, variableValues },
    };
  };

  return {
    async ask(source, user, variableValues) {
      const { enveloped, errors, args } = await prepare(source, user, variableValues);
      return errors ? { errors } : enveloped.execute(args);
    },
    // All that it does stands before the execution, which runs on the schema as it was.
    executeNow: (source) => execute({ schema, document: parse(source) }),
    asked: () => asked,
    async socket(source, user) {
      const { enveloped, args } = await prepare(source, user);
      const events = await enveloped.subscribe(args);
      return { events, become: (other) => (args.contextValue.currentUser = readerOf(other)) };
    },
    close: async () => undefined,
  };
}
