/** How a signature is made, and what it asks of its key (RFC 7518 §3.1). */
interface AlgorithmFacts {
  readonly family: 'HS' | 'RS' | 'PS' | 'ES';
  /** Bytes of the hash. */
  readonly hashLength: 32 | 48 | 64;
  /** The one curve of an ES algorithm, as OpenSSL and as JWK name it; bytes of a coordinate. */
  readonly curve?: { readonly openssl: string; readonly jwk: string; readonly size: number };
}

const p256 = { openssl: 'prime256v1', jwk: 'P-256', size: 32 };
const p384 = { openssl: 'secp384r1', jwk: 'P-384', size: 48 };
const p521 = { openssl: 'secp521r1', jwk: 'P-521', size: 66 };

const facts = {
  HS256: { family: 'HS', hashLength: 32 },
  HS384: { family: 'HS', hashLength: 48 },
  HS512: { family: 'HS', hashLength: 64 },
  RS256: { family: 'RS', hashLength: 32 },
  RS384: { family: 'RS', hashLength: 48 },
  RS512: { family: 'RS', hashLength: 64 },
  PS256: { family: 'PS', hashLength: 32 },
  PS384: { family: 'PS', hashLength: 48 },
  PS512: { family: 'PS', hashLength: 64 },
  ES256: { family: 'ES', hashLength: 32, curve: p256 },
  ES384: { family: 'ES', hashLength: 48, curve: p384 },
  ES512: { family: 'ES', hashLength: 64, curve: p521 },
} as const satisfies Record<string, AlgorithmFacts>;

/** Signature algorithms that tokens may have. `none` is not among them. */
export type Algorithm = keyof typeof facts;

export const isAlgorithm = (value: unknown): value is Algorithm =>
  typeof value === 'string' && Object.hasOwn(facts, value);

export const factsOf = (algorithm: Algorithm): AlgorithmFacts => facts[algorithm];

/** The hash of an algorithm, as OpenSSL names it. */
export const hashNameOf = (algorithm: Algorithm): string => `sha${facts[algorithm].hashLength * 8}`;

/** Whether the key is a secret that signs and verifies; else it is a pair. */
export const isSymmetric = (algorithm: Algorithm): boolean => facts[algorithm].family === 'HS';
