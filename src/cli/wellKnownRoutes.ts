import type { HttpRequest, ServerOptions } from '../server/options.js';
import { jwksPath, type WellKnown } from '../services/keys.js';

/** What verifiers of our tokens ask for: the key set, and where it is (RFC 8414 §3, OpenID Connect Discovery §4). */
export function wellKnownRoutes(
  wellKnown: WellKnown,
): NonNullable<ServerOptions<object>['routes']> {
  const headers = { 'cache-control': `public, max-age=${wellKnown.maxAge}` };
  const about = (request: HttpRequest) => ({
    status: 200,
    // The answer names the host that was asked.
    headers: { ...headers, vary: 'host, x-forwarded-host, x-forwarded-proto' },
    body: wellKnown.metadata(originOf(request)),
  });
  return {
    [jwksPath]: () => ({ status: 200, headers, body: wellKnown.jwks() }),
    '/.well-known/openid-configuration': about,
    '/.well-known/oauth-authorization-server': about,
  };
}

function originOf({ site: { scheme, host } }: HttpRequest): string {
  const origin = `${scheme ?? 'http'}://${host ?? ''}`;
  return URL.canParse(origin) ? new URL(origin).origin : 'http://localhost';
}
