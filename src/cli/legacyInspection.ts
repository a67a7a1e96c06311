import type { Config } from '../config.js';
import { toSeconds } from '../time.js';
import { NOT_SIGNED } from '../tokens/jwt.js';
import { legacyKeys } from '../tokens/keys.js';
import { isForeign, verifyLegacy } from '../tokens/legacy.js';

/** What `legacyTokens` says of a token. Whose it is stands in the store, and is not asked. */
export interface LegacyVerdict {
  readonly signature: 'right' | 'wrong' | 'unchecked';
  readonly problems: string[];
}

/** Null for a token of ours, and where no others are read. `now` in milliseconds. */
export function inspectLegacy(
  token: string,
  { legacyTokens: legacy, jwt }: Config,
  now: number,
): LegacyVerdict | null {
  // Where a handler reads ours, they may look like any other.
  if (legacy === undefined || jwt.decodeHandler !== undefined || !isForeign(token)) return null;
  const result = verifyLegacy(token, {
    ...legacy,
    keys: legacyKeys(legacy, jwt),
    leeway: jwt.leeway,
    now: toSeconds(now),
  });
  const ended =
    now < legacy.until
      ? []
      : [`legacyTokens accepts none since ${new Date(legacy.until).toISOString()}.`];
  switch (result.kind) {
    case 'valid':
      return { signature: 'right', problems: ended };
    case 'expired':
      return { signature: 'right', problems: [...ended, 'It has expired.'] };
    case 'malformed':
      return { signature: 'unchecked', problems: [...ended, 'It is not a JWT.'] };
    case 'invalid': {
      const isWrong = result.why === NOT_SIGNED;
      const problem = `legacyTokens refuses it: ${result.why}.`;
      return { signature: isWrong ? 'wrong' : 'unchecked', problems: [...ended, problem] };
    }
  }
}
