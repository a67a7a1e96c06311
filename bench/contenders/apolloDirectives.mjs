/** Directives by `mapSchema` and `getDirective`, as the documentation of Apollo Server and of GraphQL Tools shows. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import { getDirective, MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, GraphQLError } from 'graphql';
import { serve } from './shared/apollo.mjs';
import { definitions, guards, rules } from './shared/directiveRules.mjs';
import { resolvers, typeDefs } from './shared/schema.mjs';

const plain = makeExecutableSchema({
  typeDefs: typeDefs(guards, definitions),
  resolvers,
});
const schema = mapSchema(plain, {
  [MapperKind.OBJECT_FIELD]: (field) => {
    const name = Object.keys(rules).find((each) => getDirective(plain, field, each)?.[0]);
    if (name === undefined) return undefined;
    const { resolve = defaultFieldResolver } = field;
    const allows = rules[name];
    return {
      ...field,
      resolve(source, args, context, info) {
        if (!allows(source, context.viewer)) {
          throw new GraphQLError('Not authorized.', { extensions: { code: 'FORBIDDEN' } });
        }
        return resolve(source, args, context, info);
      },
    };
  },
});
await serve(schema);
