/** Rules about the context are cached by it, as graphql-shield's documentation advises; that about an object is strict. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import { applyMiddleware } from 'graphql-middleware';
import { rule, shield } from 'graphql-shield';
import { serve } from './shared/apollo.mjs';
import { readsAccount, readsAll } from './shared/auth.mjs';
import { resolvers, typeDefs } from './shared/schema.mjs';

const isAuthenticated = rule({ cache: 'contextual' })((_, __, { viewer }) => viewer !== null);
const mayReadAll = rule({ cache: 'contextual' })((_, __, { viewer }) => readsAll(viewer));
const mayReadAccount = rule({ cache: 'strict' })((user, _, { viewer }) =>
  readsAccount(viewer, user),
);

const schema = makeExecutableSchema({ typeDefs: typeDefs(), resolvers });
const permissions = shield({
  Query: { me: isAuthenticated, users: mayReadAll },
  User: { email: mayReadAccount },
});
await serve(applyMiddleware(schema, permissions));
