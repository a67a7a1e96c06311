import type { TokenType } from '../../src/tokens/jwt.js';
import { createKeyRing, importSecret, type KeyRing } from '../../src/tokens/keys.js';

export const NOW = 1_800_000_000;

export const accessRing: KeyRing = createKeyRing([importSecret(Buffer.alloc(32, 1), 'HS256', 'a')]);
export const refreshRing: KeyRing = createKeyRing([
  importSecret(Buffer.alloc(32, 2), 'HS256', 'r'),
]);

export const refreshClaims = {
  sub: 'user-1',
  sid: 'session-1',
  gen: 3,
  iat: NOW - 10,
  exp: NOW + 290,
  jti: 'token-1',
  orig_iat: NOW - 1000,
  auth_time: NOW - 1000,
};

export const accessClaims = {
  ...refreshClaims,
  scope: 'users:read',
  roles: ['editor'],
  ver: '1.2',
};

/** How the tokens above are verified. */
export const rules = <T extends TokenType>(typ: T) => ({
  typ,
  ring: typ === 'at+jwt' ? accessRing : refreshRing,
  now: NOW,
  leeway: 0,
  maxLifetime: 300,
});

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
