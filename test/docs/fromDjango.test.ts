import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { entries } from '../../src/config.js';

const page = readFileSync(new URL('../../docs/from-django.md', import.meta.url), 'utf8');
const names = (text: string): string[] => text.trim().split(/\s+/);
const missing = (all: string[]): string[] => all.filter((name) => !page.includes(`\`${name}\``));

/** The settings of djangorestframework-jwt that this server keeps. */
const drfJwt = names(`
  JWT_ENCODE_HANDLER JWT_DECODE_HANDLER JWT_PAYLOAD_HANDLER JWT_PAYLOAD_GET_USER_ID_HANDLER
  JWT_RESPONSE_PAYLOAD_HANDLER JWT_SECRET_KEY JWT_GET_USER_SECRET_KEY JWT_PUBLIC_KEY JWT_PRIVATE_KEY JWT_ALGORITHM
  JWT_VERIFY JWT_VERIFY_EXPIRATION JWT_LEEWAY JWT_EXPIRATION_DELTA JWT_AUDIENCE JWT_ISSUER JWT_ALLOW_REFRESH
  JWT_REFRESH_EXPIRATION_DELTA JWT_AUTH_HEADER_PREFIX JWT_AUTH_COOKIE`);

/** `DEFAULTS` of the fork that is installed as `drf-jwt`, 1.19, without those above. */
const drfJwtFork = names(`
  JWT_INSIST_ON_KID JWT_REQUIRE_TOKEN_ID JWT_PAYLOAD_GET_USERNAME_HANDLER JWT_PAYLOAD_INCLUDE_USER_ID
  JWT_AUTH_COOKIE_DOMAIN JWT_AUTH_COOKIE_PATH JWT_AUTH_COOKIE_SECURE JWT_AUTH_COOKIE_SAMESITE
  JWT_IMPERSONATION_COOKIE JWT_DELETE_STALE_BLACKLISTED_TOKENS`);

/** `DEFAULTS` of rest_framework_simplejwt/settings.py, 5.5, without the names of its serializers. */
const simplejwt = names(`
  ACCESS_TOKEN_LIFETIME REFRESH_TOKEN_LIFETIME ROTATE_REFRESH_TOKENS BLACKLIST_AFTER_ROTATION UPDATE_LAST_LOGIN
  ALGORITHM SIGNING_KEY VERIFYING_KEY AUDIENCE ISSUER JSON_ENCODER JWK_URL LEEWAY AUTH_HEADER_TYPES AUTH_HEADER_NAME
  USER_ID_FIELD USER_ID_CLAIM USER_AUTHENTICATION_RULE AUTH_TOKEN_CLASSES TOKEN_TYPE_CLAIM JTI_CLAIM TOKEN_USER_CLASS
  CHECK_REVOKE_TOKEN REVOKE_TOKEN_CLAIM CHECK_USER_IS_ACTIVE ON_LOGIN_SUCCESS ON_LOGIN_FAILED
  SLIDING_TOKEN_REFRESH_EXP_CLAIM SLIDING_TOKEN_LIFETIME SLIDING_TOKEN_REFRESH_LIFETIME TOKEN_OBTAIN_SERIALIZER`);

/** `DEFAULTS` of graphql_jwt/settings.py, 0.4, without those above. */
const graphqlJwt = names(`
  JWT_LONG_RUNNING_REFRESH_TOKEN JWT_REFRESH_TOKEN_MODEL JWT_REFRESH_TOKEN_N_BYTES JWT_REUSE_REFRESH_TOKENS
  JWT_AUTH_HEADER_NAME JWT_ALLOW_ARGUMENT JWT_ARGUMENT_NAME JWT_PAYLOAD_GET_USERNAME_HANDLER
  JWT_GET_USER_BY_NATURAL_KEY_HANDLER JWT_REFRESH_EXPIRED_HANDLER JWT_GET_REFRESH_TOKEN_HANDLER JWT_ALLOW_ANY_HANDLER
  JWT_ALLOW_ANY_CLASSES JWT_CSRF_ROTATION JWT_HIDE_TOKEN_FIELDS JWT_COOKIE_NAME JWT_REFRESH_TOKEN_COOKIE_NAME
  JWT_COOKIE_SECURE JWT_COOKIE_PATH JWT_COOKIE_DOMAIN JWT_COOKIE_SAMESITE`);

test('docs/from-django.md says what becomes of every setting of the three', () => {
  expect(missing([...drfJwt, ...drfJwtFork, ...simplejwt, ...graphqlJwt])).toEqual([]);
});

test('it names every setting of ours that keeps a name of djangorestframework-jwt', () => {
  const ours = entries.filter(({ inJwt }) => inJwt).map(({ env }) => env[0]);
  expect(ours.filter((name) => !drfJwt.includes(name))).toEqual([]);
});
