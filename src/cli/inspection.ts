import type { Config } from '../config.js';
import { formatDuration } from '../time.js';

/** What can be said of a token without its key. */
export interface Inspection {
  tokenType: 'ACCESS' | 'REFRESH' | null;
  header: Record<string, unknown> | null;
  claims: Record<string, unknown> | null;
  /** Sentences; none where nothing is wrong. */
  problems: string[];
}

const tokenTypes: Record<string, 'ACCESS' | 'REFRESH'> = {
  'at+jwt': 'ACCESS',
  'rt+jwt': 'REFRESH',
};
const headerMembers = ['alg', 'typ', 'kid'];
/** Clocks of nodes may differ by so many seconds. */
const IAT_TOLERANCE = 60;

/** Decodes a token and compares it with the settings. Does not look at its signature. `now` in seconds. */
export function inspectToken(token: string, settings: Config['jwt'], now: number): Inspection {
  const parts = token.split('.');
  if (parts.length !== 3) {
    const problem = `It has ${parts.length} part${parts.length === 1 ? '' : 's'} between dots; a signed JWT has 3 (RFC 7515 §7.1).`;
    return { tokenType: null, header: null, claims: null, problems: [problem] };
  }
  const [header, claims] = [decodePart(parts[0] as string), decodePart(parts[1] as string)];
  const problems: string[] = [];
  if (header === null) problems.push('The header is not a JSON object in canonical base64url.');
  if (claims === null) problems.push('The claims are not a JSON object in canonical base64url.');
  if (!isCanonical(parts[2] as string)) problems.push('The signature is not canonical base64url.');
  const typ = header?.['typ'];
  const tokenType = typeof typ === 'string' ? (tokenTypes[typ] ?? null) : null;
  if (header !== null) problems.push(...headerProblems(header, tokenType));
  if (claims !== null) {
    problems.push(...timeProblems(claims, tokenType, settings, now));
    problems.push(...partyProblems(claims, settings));
  }
  return { tokenType, header, claims, problems };
}

/** Other text for the same bytes would pass for another token (RFC 7515 §2: no padding, RFC 4648 §3.5). */
const isCanonical = (part: string): boolean =>
  part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part;

function decodePart(part: string): Record<string, unknown> | null {
  if (!isCanonical(part)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function headerProblems(header: Record<string, unknown>, type: Inspection['tokenType']): string[] {
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
  const strange = Object.keys(header).filter((name) => !headerMembers.includes(name));
  if (strange.length > 0)
    problems.push(`Header members that are not understood: ${strange.join(', ')}.`);
  return problems;
}

function timeProblems(
  { iat, exp, nbf }: Record<string, unknown>,
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
  else if (type === 'ACCESS' && (iat as number) > now + IAT_TOLERANCE) {
    problems.push(`It was issued in the future, at ${isoOf(iat)}. Compare the clocks.`);
  }
  if (nbf !== undefined && !(Number.isInteger(nbf) && (nbf as number) <= now + leeway)) {
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
  { sub, sid, gen, iss, aud }: Record<string, unknown>,
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
