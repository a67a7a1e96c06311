import {
  GraphQLError,
  buildASTSchema,
  parse,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { completeSubgraph } from '../directives/federationFile.js';
import { typeDefs } from '../generated/typeDefs.js';
import type { Call, Flag } from './command.js';
import { failure } from './exitCodes.js';
import type { Io } from './io.js';

export const schemaFlag: Flag = {
  name: 'schema',
  value: 'FILE',
  help: 'Type definitions in GraphQL, a federation subgraph too. Guards need no definition. (Default: our own API)',
};

/** The schema that a command is about. */
export interface SchemaSource {
  readonly text: string;
  readonly document: DocumentNode;
  readonly schema: GraphQLSchema;
}

/** The schema of `--schema FILE`, else that of our own API. A file that is no schema fails with its mistakes. */
export function schemaSource(call: Call, io: Io): SchemaSource {
  const path = call.value('schema');
  if (path === undefined) return sourceOf(typeDefs);
  try {
    return sourceOf(io.readFile(path));
  } catch (error) {
    throw failure(`The schema ${path} cannot be used: ${sentenceOf(error)}`);
  }
}

function sourceOf(text: string): SchemaSource {
  const document = parse(text);
  const { complete, checkable } = completeSubgraph(document);
  buildASTSchema(checkable);
  return { text, document, schema: buildASTSchema(complete, { assumeValidSDL: true }) };
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof GraphQLError)) return (error as Error).message;
  const at = error.locations?.[0];
  return at === undefined
    ? error.message
    : `line ${at.line}, column ${at.column}: ${error.message}`;
}
