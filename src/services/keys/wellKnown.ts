import { publicJwk, type Algorithm, type PublicJwk } from '../../tokens/keys.js';
import type { Keys } from './keys.js';

/** What verifiers elsewhere are told. */
export interface WellKnown {
  /** RFC 7517 §5: public keys only; empty where secrets sign. */
  jwks(): { keys: PublicJwk[] };
  /**
   * RFC 8414 §2, as far as it holds for a server without authorization flows: issuer, key set, algorithms.
   *
   * @param origin under which the server was asked, such as `https://auth.example.com`
   */
  metadata(origin: string): Record<string, unknown>;
  /** Seconds for which both may be kept: a new key is published for longer before it signs. */
  readonly maxAge: number;
}

interface Settings {
  readonly algorithm: Algorithm;
  readonly issuer?: string | undefined;
  /** Seconds. */
  readonly keyPublishDelay: number;
}

/** No verifier keeps a key set longer, however long the delay is. Seconds. */
const MAX_AGE = 300;

export const jwksPath = '/.well-known/jwks.json';

export function createWellKnown(
  keys: Pick<Keys, 'published'>,
  { algorithm, issuer, keyPublishDelay }: Settings,
): WellKnown {
  const jwks = (): { keys: PublicJwk[] } => ({
    keys: keys.published().flatMap((key) => {
      const jwk = publicJwk(key);
      return jwk === null ? [] : [jwk];
    }),
  });

  return {
    jwks,
    metadata(origin) {
      const isUrl = issuer !== undefined && /^https?:\/\//.test(issuer);
      const algorithms = new Set([algorithm, ...jwks().keys.map(({ alg }) => String(alg))]);
      return {
        issuer: issuer ?? origin,
        jwks_uri: `${isUrl ? issuer.replace(/\/+$/, '') : origin}${jwksPath}`,
        // The member by which verifiers choose; what we sign are access tokens (RFC 9068).
        id_token_signing_alg_values_supported: [...algorithms],
        subject_types_supported: ['public'],
        response_types_supported: [],
        grant_types_supported: [],
      };
    },
    maxAge: Math.min(MAX_AGE, Math.floor(keyPublishDelay / 2)),
  };
}
