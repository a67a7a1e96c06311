import { Kind, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { PlainRequest } from './plainRequest.js';

/** A query as Apollo Server has parsed and validated it. */
export interface KnownQuery {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly name: string | null;
}

/** Queries that were answered without execution, by their text: nothing about the text is to be found out again. */
export interface KnownQueries {
  find(request: PlainRequest): KnownQuery | null;
  add(query: string | undefined, known: Omit<KnownQuery, 'name'>): void;
}

const MAX_QUERIES = 1000;
const MAX_CHARACTERS = 1024 * 1024;

export function createKnownQueries(): KnownQueries {
  const queries = new LRUCache<string, KnownQuery>({
    max: MAX_QUERIES,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_known, query) => query.length,
  });

  return {
    find({ query, operationName, extensions }) {
      // What extensions ask for is for Apollo Server to say.
      if (extensions !== undefined) return null;
      const known = queries.get(query);
      if (known === undefined) return null;
      return operationName === undefined || operationName === known.name ? known : null;
    },
    add(query, known) {
      const { document, operation } = known;
      // Of several operations the name chooses.
      const isOnlyOne = document.definitions.every(
        (definition) => definition === operation || definition.kind !== Kind.OPERATION_DEFINITION,
      );
      if (query === undefined || !isOnlyOne || queries.has(query)) return;
      queries.set(query, { ...known, name: operation.name?.value ?? null });
    },
  };
}
