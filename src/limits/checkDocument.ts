import { Kind, Lexer, Source, TokenKind, parse, type DocumentNode } from 'graphql';
import { fragmentsOf } from '../fragments.js';
import type { DocumentLimits, Excess } from './limits.js';
import { measureDocument } from './measure.js';
import { estimateMergeWork } from './mergeWork.js';

/** Steps of comparison that validation may cost: some milliseconds, and several times what honest documents do. */
const MERGE_BUDGET = 60_000;

/**
 * Which limit a document exceeds, or null. Takes time linear in the document, whatever its fragments do.
 * Does not validate: a text that cannot be parsed exceeds nothing, its syntax error is told elsewhere.
 *
 * @param source the text, or a parsed document, whose tokens are counted only where it was parsed with locations
 */
export function checkDocument(
  source: string | DocumentNode,
  limits: DocumentLimits,
): Excess | null {
  try {
    return excessOf(source, limits);
  } catch (error) {
    // The parser and what follows fragments call themselves for each level: countless ones exhaust the stack.
    if (error instanceof RangeError) return atLeast(limits, 'maxDepth');
    throw error;
  }
}

function excessOf(source: string | DocumentNode, limits: DocumentLimits): Excess | null {
  if (typeof source !== 'string') {
    const text = source.loc?.source.body ?? '';
    if (hasMoreTokens(text, limits.maxTokens)) return atLeast(limits, 'maxTokens');
    return checkParsed(source, limits);
  }
  let document: DocumentNode;
  try {
    document = parse(source, { noLocation: true, maxTokens: limits.maxTokens });
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return hasMoreTokens(source, limits.maxTokens) ? atLeast(limits, 'maxTokens') : null;
  }
  return checkParsed(document, limits);
}

function checkParsed(document: DocumentNode, limits: DocumentLimits): Excess | null {
  const definitions = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  // Before anything that follows them from one to the next.
  if (definitions.length > limits.maxFragments) {
    return { limit: 'maxFragments', allowed: limits.maxFragments, count: definitions.length };
  }
  const fragments = fragmentsOf(document);
  const size = measureDocument(document, fragments);
  const counts = [
    ['maxDepth', size.depth],
    ['maxAliases', size.aliases],
    ['maxRootFields', size.rootFields],
    ['maxDirectives', size.directives],
    ['maxFragments', size.spreads],
    ['maxVariableDepth', size.inputDepth],
  ] as const;
  for (const [limit, count] of counts) {
    if (count > limits[limit]) return { limit, allowed: limits[limit], count };
  }
  const { over, repeats, spreads } = estimateMergeWork(document, fragments, MERGE_BUDGET);
  if (!over) return null;
  // A repeated field costs what an alias costs: it is named after the limit that it walks around.
  return repeats > limits.maxAliases || spreads === 0
    ? atLeast(limits, 'maxAliases', repeats)
    : atLeast(limits, 'maxFragments', spreads);
}

function hasMoreTokens(text: string, allowed: number): boolean {
  const lexer = new Lexer(new Source(text));
  try {
    for (let count = 0; lexer.advance().kind !== TokenKind.EOF; count += 1) {
      if (count >= allowed) return true;
    }
  } catch {
    // Not a token: a syntax error, which parsing tells with its place.
  }
  return false;
}

function atLeast(limits: DocumentLimits, limit: keyof DocumentLimits, count = 0): Excess {
  return { limit, allowed: limits[limit], count: Math.max(count, limits[limit] + 1) };
}
