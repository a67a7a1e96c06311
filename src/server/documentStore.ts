import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { tokensOf } from '../limits/tokens.js';

type Store = NonNullable<ApolloServerOptions<BaseContext>['documentStore']>;

/** Documents that came again, and what they may hold in bytes, in round figures. */
const MAX_KEPT = 1000;
const MAX_KEPT_SIZE = 24 * 1024 * 1024;
/**
 * The same of documents that came once: so few that they are gone before a collection of young objects has carried them
 * over to those that live until a full one. Most never come again.
 */
const MAX_NEW = 16;
const MAX_NEW_SIZE = 4 * 1024 * 1024;
/** Keys that are known to have come, when their documents are forgotten. */
const MAX_CAME = 8192;

/** Nodes, locations, the token itself and what the guards note of it. */
const SIZE_OF_TOKEN = 500;

/**
 * The documents that Apollo Server has parsed and validated. Its own store counts the characters of a document as JSON,
 * a twentieth of what it takes, and grows by hundreds of megabytes. Here who sends a million documents once each fills
 * little, and makes nobody forget those that come again.
 */
export function createDocumentStore(): Store {
  const sizeCalculation = sizeOf;
  const kept = new LRUCache<string, DocumentNode>({
    ...{ max: MAX_KEPT, maxSize: MAX_KEPT_SIZE, sizeCalculation },
  });
  const fresh = new LRUCache<string, DocumentNode>({
    ...{ max: MAX_NEW, maxSize: MAX_NEW_SIZE, sizeCalculation },
  });
  const came = new LRUCache<string, true>({ max: MAX_CAME });

  const find = (key: string): DocumentNode | undefined => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const again = fresh.get(key);
    if (again === undefined) return undefined;
    fresh.delete(key);
    kept.set(key, again);
    return again;
  };

  return {
    get: (key) => Promise.resolve(find(key)),
    set(key, document) {
      (came.has(key) ? kept : fresh).set(key, document);
      came.set(key, true);
      return Promise.resolve();
    },
    delete: (key) => Promise.resolve([kept, fresh, came].some((cache) => cache.delete(key))),
  };
}

const sizeOf = (document: DocumentNode): number =>
  tokensOf(document) * SIZE_OF_TOKEN + 2 * (document.loc?.source.body.length ?? 0) + 1;
