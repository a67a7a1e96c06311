/** The candidate that `word` was probably meant to be, or null where none is near. Case does not count. */
export function suggest(word: string, candidates: Iterable<string>): string | null {
  const typed = word.toLowerCase();
  let best: string | null = null;
  // Two neighbours that changed places are two letters replaced.
  let least = (word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3))) + 1;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    const isBeginning = typed.length >= 3 && other.startsWith(typed);
    const away = isBeginning ? Math.min(1, other.length - typed.length) : distance(typed, other);
    if (away < least) [best, least] = [candidate, away];
  }
  return best;
}

/** Levenshtein: the least number of letters to put in, take out or replace. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** ` Did you mean X?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>, prefix = ''): string {
  const meant = suggest(word, candidates);
  return meant === null ? '' : ` Did you mean ${prefix}${meant}?`;
}
