import { suggest } from '../config/suggest.js';

/** The candidate that was probably meant, else all that there are; begins with a space. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = suggest(word, candidates);
  return meant === null ? ` There are: ${candidates.join(', ')}.` : ` Did you mean "${meant}"?`;
}
