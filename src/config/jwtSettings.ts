import type { Algorithm } from '../tokens/keys.js';
import { pem, secrets } from './keyKinds.js';
import { boolean, choice, duration, text } from './kinds.js';
import { authScheme, cookieName } from './netKinds.js';
import { optional, setting } from './setting.js';

/** Algorithms that sign access tokens (RFC 7518 §3.1); `none` is not among them. */
export const algorithms = [
  ...(['HS256', 'HS384', 'HS512'] as const),
  ...(['RS256', 'RS384', 'RS512'] as const),
  ...(['PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512'] as const),
] as const satisfies readonly Algorithm[];

/** The settings `JWT_…`, `--jwt-…`, `jwt.…`: names and meanings of djangorestframework-jwt. */
export const jwtSettings = {
  secretKey: optional(secrets, {
    unset: 'generated, kept in the database',
    help: 'Secret that signs access tokens, used as the UTF-8 bytes of its text; or a JSON array of several: the first signs, all verify. Refresh tokens are signed with secrets derived from it.',
  }),
  publicKey: optional(pem('public'), {
    help: 'Public key that verifies access tokens, as PEM text or the path of a PEM file. Set it together with the private key.',
  }),
  privateKey: optional(pem('private'), {
    help: 'Private key that signs access tokens, as PEM text or the path of a PEM file. Set it together with the public key and an RS, PS or ES algorithm.',
  }),
  algorithm: setting(choice(algorithms, 'RS256'), {
    default: 'HS256',
    help: 'Algorithm that signs access tokens. HS256, HS384 and HS512 take secrets; RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512 take a key pair.',
  }),
  verify: setting(boolean(true), {
    default: true,
    help: 'Whether the signature of access tokens is checked. false, which production refuses: only their claims and their session are checked; refresh tokens are still checked in full.',
  }),
  verifyExpiration: setting(boolean(true), {
    default: true,
    help: 'Whether an access token ends at its `exp`. false, which production refuses: it ends with its session.',
  }),
  leeway: setting(duration('10s'), {
    default: 0,
    help: 'How long after its `exp` an access token is still accepted, to allow for clocks that differ.',
  }),
  expirationDelta: setting(duration('5m', { min: 1 }), {
    default: 300,
    help: 'Lifetime of an access token. Shortening it ends older tokens early; clients renew them.',
  }),
  audience: optional(text('a non-empty text', 'https://api.example.com'), {
    help: 'Claim `aud` of every token that is issued, and required of every token that is presented. If unset, a token with `aud` is refused.',
  }),
  issuer: optional(text('a non-empty text', 'https://auth.example.com'), {
    help: 'Claim `iss` of every token that is issued, and required of every token that is presented.',
  }),
  allowRefresh: setting(boolean(false), {
    default: true,
    help: 'Whether a login returns a refresh token. false: users log in again when the access token expires.',
  }),
  refreshExpirationDelta: setting(duration('7d', { min: 1 }), {
    default: 7 * 86_400,
    help: 'How long after the login its tokens can be refreshed; with `refreshSliding`, how long after the last refresh.',
  }),
  authHeaderPrefix: setting(authScheme('Bearer'), {
    default: 'Bearer',
    help: 'The word before the token in the Authorization header; its case does not matter. graphql-gatehouse/client always sends Bearer.',
  }),
  authCookie: optional(cookieName, {
    help: 'Name of the cookie that holds the access token for browsers. The refresh token is then in `<name>_refresh`, and scripts can read in `<name>_info` when to refresh. If unset, no cookie is read or set.',
  }),
};
