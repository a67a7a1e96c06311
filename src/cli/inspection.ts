import type { Config } from '../config.js';
import { formatDuration } from '../time.js';
import { CLOCK_SKEW } from '../tokens/claims.js';
import { decodeToken } from '../tokens/jwt.js';

/** What can be said of a token without its key. */
export interface Inspection {
  tokenType: 'ACCESS' | 'REFRESH' | null;
  header: Readonly<Record<string, unknown>> | null;
  claims: Readonly<Record<string, unknown>> | null;
  /** Sentences; none where nothing is wrong. */
  problems: string[];
}

const tokenTypes: Record<string, 'ACCESS' | 'REFRESH'> = {
  'at+jwt': 'ACCESS',
  'rt+jwt': 'REFRESH',
};

/** Decodes a token and compares it with the settings. Does not look at its signature. `now` in seconds. */
export function inspectToken(token: string, settings: Config['jwt'], now: number): Inspection {
  const { header, claims, problems } = decodeToken(token);
  const typ = header?.['typ'];
  const tokenType = typeof typ === 'string' ? (tokenTypes[typ] ?? null) : null;
  const found = problems.map(sentence);
  if (header !== null) found.push(...headerProblems(header, tokenType));
  if (claims !== null) {
    found.push(...timeProblems(claims, tokenType, settings, now));
    found.push(...partyProblems(claims, settings));
  }
  return { tokenType, header, claims, problems: found };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function headerProblems(
  header: Readonly<Record<string, unknown>>,
  type: Inspection['tokenType'],
): string[] {
  const { alg, typ, kid } = header;
  const problems: string[] = [];
  if (type === null) {
    problems.push(
      `Header typ is ${show(typ)}; an access token has at+jwt, a refresh token rt+jwt.`,
    );
  }
  if (typeof alg !== 'string' || !/^(HS|RS|PS|ES)(256|384|512)$/.test(alg)) {
    problems.push(`Header alg is ${show(alg)}, which signs nothing here.`);
  } else if (type === 'REFRESH' && alg !== 'HS256') {
    problems.push(`Header alg is ${alg}; refresh tokens are always signed with HS256.`);
  }
  if (typeof kid !== 'string' || kid === '') problems.push('Header kid is missing.');
  return problems;
}

function timeProblems(
  { iat, exp, nbf }: Readonly<Record<string, unknown>>,
  type: Inspection['tokenType'],
  { leeway, expirationDelta }: Config['jwt'],
  now: number,
): string[] {
  const problems: string[] = [];
  if (!Number.isInteger(exp)) problems.push('Claim exp is missing or no whole number of seconds.');
  else if (now >= (exp as number) + leeway) {
    problems.push(`It expired ${formatDuration(now - (exp as number))} ago, at ${isoOf(exp)}.`);
  }
  if (!Number.isInteger(iat)) problems.push('Claim iat is missing or no whole number of seconds.');
  else if (type === 'ACCESS' && (iat as number) > now + CLOCK_SKEW) {
    problems.push(`It was issued in the future, at ${isoOf(iat)}. Compare the clocks.`);
  }
  if (
    nbf !== undefined &&
    !(Number.isInteger(nbf) && (nbf as number) <= now + leeway + CLOCK_SKEW)
  ) {
    problems.push('Claim nbf is in the future or no whole number of seconds.');
  }
  const lifetime = (exp as number) - (iat as number);
  if (type === 'ACCESS' && Number.isInteger(lifetime) && lifetime > expirationDelta) {
    problems.push(
      `It lives ${formatDuration(lifetime)}, longer than JWT_EXPIRATION_DELTA (${formatDuration(expirationDelta)}) allows.`,
    );
  }
  return problems;
}

function partyProblems(
  { sub, sid, gen, iss, aud }: Readonly<Record<string, unknown>>,
  { issuer, audience }: Config['jwt'],
): string[] {
  const problems: string[] = [];
  if (typeof sub !== 'string' || sub === '') problems.push('Claim sub (the user) is missing.');
  if (typeof sid !== 'string' || sid === '') problems.push('Claim sid (the session) is missing.');
  if (!Number.isInteger(gen)) problems.push('Claim gen (the generation) is missing.');
  if (issuer !== undefined && iss !== issuer) {
    problems.push(`Claim iss is ${show(iss)}; JWT_ISSUER is ${show(issuer)}.`);
  }
  const audiences: unknown[] = Array.isArray(aud) ? aud : aud === undefined ? [] : [aud];
  // RFC 7519 §4.1.3: who does not find itself in `aud` refuses the token.
  if (audience === undefined ? aud !== undefined : !audiences.includes(audience)) {
    const wanted = audience === undefined ? 'not set' : show(audience);
    problems.push(`Claim aud is ${show(aud)}; JWT_AUDIENCE is ${wanted}.`);
  }
  return problems;
}

/** Seconds as ISO 8601; what is no time of this world as it is. */
export function isoOf(seconds: unknown): string {
  const date = new Date((seconds as number) * 1000);
  return Number.isNaN(date.getTime()) ? show(seconds) : date.toISOString();
}

const show = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));
