import { Kind, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { createAttachments } from '../attachments.js';
import type { PlainRequest } from './plainRequest.js';

/** A query as Apollo Server has parsed and validated it. */
export interface KnownQuery {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly name: string | null;
}

/** Operations by their text, of which nothing is to be found out again. */
export interface KnownQueries {
  find(request: PlainRequest): KnownQuery | null;
  /** To be told of each operation that Apollo Server has parsed and validated: kept is what comes twice. */
  note(query: string | undefined, known: Omit<KnownQuery, 'name'>): void;
}

const MAX_QUERIES = 1000;
/** What was made of a character takes up to a hundred times its place. */
const MAX_CHARACTERS = 256 * 1024;

export function createKnownQueries(): KnownQueries {
  const queries = new LRUCache<string, KnownQuery>({
    max: MAX_QUERIES,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_known, query) => query.length,
  });
  // Who sends a million documents once each makes nobody forget those that come again.
  const seen = createAttachments<DocumentNode, true>();

  return {
    find({ query, operationName, extensions }) {
      // What extensions ask for is for Apollo Server to say.
      if (extensions !== undefined) return null;
      const known = queries.get(query);
      if (known === undefined) return null;
      return operationName === undefined || operationName === known.name ? known : null;
    },
    note(query, known) {
      const { document, operation } = known;
      if (query === undefined) return;
      if (seen.get(document) === undefined) {
        seen.set(document, true);
        return;
      }
      // Of several operations the name chooses.
      const isOnlyOne = document.definitions.every(
        (definition) => definition === operation || definition.kind !== Kind.OPERATION_DEFINITION,
      );
      if (isOnlyOne) queries.set(query, { ...known, name: operation.name?.value ?? null });
    },
  };
}
