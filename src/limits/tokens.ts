import type { DocumentNode } from 'graphql';

/** The lexical tokens that a parsed document holds in memory, comments and both its ends counted. */
export function tokensOf({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens += 1;
  return tokens;
}
