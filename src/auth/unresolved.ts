import { GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';

/** Why there is nothing to execute, with the code that Apollo Server gives the same mistakes. */
export const unresolved = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });

/** An operation of a type that the schema does not have is valid to graphql-js: it has no fields that could be unknown. */
export const withoutRoot = (
  schema: GraphQLSchema,
  { operation }: OperationDefinitionNode,
): GraphQLError | null =>
  schema.getRootType(operation) ? null : unresolved(`The schema has no ${operation}.`);
