import { ApolloServer } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { Auth } from '../../src/index.js';

export interface Ask {
  plugin: Auth['plugin'];
  schema: GraphQLSchema;
  source: string;
  context: object;
  formatError?: Auth['formatError'];
  variables?: Record<string, unknown>;
}

/** What an Apollo Server with the plugin answers to one operation. */
export async function answerOf({
  plugin,
  schema,
  source,
  context,
  formatError,
  variables,
}: Ask): Promise<any> {
  const server = new ApolloServer<object>({
    schema,
    plugins: [plugin],
    ...(formatError && { formatError }),
  });
  const { body } = await server.executeOperation(
    { query: source, ...(variables && { variables }) },
    { contextValue: context },
  );
  await server.stop();
  if (body.kind !== 'single') throw new Error('incremental');
  return body.singleResult;
}
