import type { TokenIssuer } from '../services/authenticate.js';
import { readBearer, type Bearer } from './bearer.js';

/** The token of a request; `issuer` says whose it must be, undefined = its own header tells. */
export type Presented =
  | Exclude<Bearer, { kind: 'token' }>
  | { readonly kind: 'token'; readonly token: string; readonly issuer: TokenIssuer | undefined };

/**
 * Reads the Authorization headers of a request under our scheme, and where tokens of another system are read under
 * theirs. Where both are one the token tells whose it is.
 */
export function readPresented(
  values: readonly string[],
  prefix: string,
  legacyPrefix: string | undefined,
): Presented {
  const own = readBearer(values, prefix);
  if (legacyPrefix === undefined) return ofOurs(own);
  const isShared = legacyPrefix.toLowerCase() === prefix.toLowerCase();
  if (own.kind === 'token') return { ...own, issuer: isShared ? undefined : 'own' };
  if (own.kind === 'malformed' || isShared) return own;
  const legacy = readBearer(values, legacyPrefix);
  return legacy.kind === 'token' ? { ...legacy, issuer: 'legacy' } : legacy;
}

/** A token that is ours or nothing: only we set our cookies. */
export const ofOurs = (bearer: Bearer): Presented =>
  bearer.kind === 'token' ? { kind: 'token', token: bearer.token, issuer: 'own' } : bearer;
