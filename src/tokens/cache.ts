import { LRUCache } from 'lru-cache';
import { CLOCK_SKEW, type AccessClaims } from './claims.js';

/** What a token must say of its time. Integer seconds. */
interface Timed {
  readonly iat: number;
  readonly exp: number;
  readonly nbf?: number;
}

/** Remembers access tokens that were found valid. They still pass the check of their session each time. */
export interface TokenCache<Claims extends Timed = AccessClaims> {
  /** The very claims that were set, while the token is good at `now` (integer seconds); else undefined. */
  get(token: string, now: number): Claims | undefined;
  /**
   * For valid tokens only: what was refused is not remembered, so that refusals fill no memory. A token is kept from the
   * second time on: of one that comes once nothing is left for the garbage collector to carry along.
   */
  set(token: string, claims: Claims): void;
  /** Forgets everything: after a key was removed. */
  clear(): void;
  readonly size: number;
}

export interface TokenCacheOptions {
  /** Seconds that a token is good after its `exp`. */
  readonly leeway: number;
  /** Most tokens; the least recently used goes first. Default 10 000. */
  readonly maxTokens?: number;
  /** Most characters of all tokens together. Default 16 Mi. */
  readonly maxCharacters?: number;
}

/** Of a token; what it ends with is part of its signature. */
const KEY_LENGTH = 32;

interface Entry<Claims> {
  readonly token: string;
  readonly claims: Claims;
}

/**
 * Keyed by the end of the signature, since the hash of a whole token takes longer than everything else here; believed for
 * the whole text alone, which is canonical: no other text stands for the same token.
 */
export function createTokenCache<Claims extends Timed = AccessClaims>({
  leeway,
  maxTokens = 10_000,
  maxCharacters = 16 * 1024 * 1024,
}: TokenCacheOptions): TokenCache<Claims> {
  const cache = new LRUCache<string, Entry<Claims>>({ max: maxTokens, maxSize: maxCharacters });
  const isSecond = createSecondSight();

  function get(token: string, now: number): Claims | undefined {
    const key = token.slice(-KEY_LENGTH);
    const entry = cache.get(key);
    if (entry?.token !== token) return undefined;
    const { claims } = entry;
    const { iat, exp, nbf = iat } = claims;
    if (now >= exp + leeway) {
      cache.delete(key);
      return undefined;
    }
    // A clock that was set back: let the whole judgement be made again.
    return Math.max(iat, nbf) > now + CLOCK_SKEW ? undefined : claims;
  }

  return {
    get,
    set(token, claims) {
      if (!isSecond(token)) return;
      cache.set(token.slice(-KEY_LENGTH), { token, claims }, { size: token.length });
    },
    clear: () => cache.clear(),
    get size() {
      return cache.size;
    },
  };
}

/** A power of two. */
const MARKS = 32_768;
const MARK_LENGTH = 10;

/**
 * Tells whether a token has been asked about before, from 128 kB of marks of the ends of signatures. A mark may have
 * been overwritten, or be that of another token: then a token is kept once later, or once earlier.
 */
function createSecondSight(): (token: string) => boolean {
  const marks = new Int32Array(MARKS);
  return (token) => {
    let mark = 1;
    for (let at = Math.max(0, token.length - MARK_LENGTH); at < token.length; at++) {
      mark = Math.imul(mark, 31) + token.charCodeAt(at);
    }
    const place = (mark >>> 16) & (MARKS - 1);
    if (marks[place] === (mark | 0)) return true;
    marks[place] = mark;
    return false;
  };
}
