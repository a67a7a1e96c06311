import { LRUCache } from 'lru-cache';
import { checkDocument } from '../limits/checkDocument.js';
import { checkVariables } from '../limits/checkVariables.js';
import { flattenLines } from '../limits/flatten.js';
import type { DocumentLimits, Excess } from '../limits/limits.js';

/** Accepted documents that are remembered, and their characters. */
const MAX_DOCUMENTS = 4096;
const MAX_CHARACTERS = 4 * 1024 * 1024;

export type Admission =
  | { readonly ok: true; readonly query: string | null }
  | { readonly ok: false; readonly excess: Excess };

/** Lets documents and variables within the limits pass. A document that passed once is not measured again. */
export function createDocumentGate(
  limits: DocumentLimits,
): (query: unknown, variables: unknown) => Admission {
  const accepted = new LRUCache<string, string>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (value, key) => value.length + key.length + 1,
  });

  return (query, variables) => {
    const deep = checkVariables(variables, limits);
    if (deep !== null) return { ok: false, excess: deep };
    if (typeof query !== 'string') return { ok: true, query: null };
    const known = accepted.get(query);
    if (known !== undefined) return { ok: true, query: known };
    const excess = checkDocument(query, limits);
    if (excess !== null) return { ok: false, excess };
    const flat = flattenLines(query);
    accepted.set(query, flat);
    return { ok: true, query: flat };
  };
}
