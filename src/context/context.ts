import { partsOf, remembering, type ContextParts } from '../contextParts.js';
import { andThen, type MaybePromise } from '../outcome.js';
import type { RequestContext, ViewerCan } from '../request.js';
import type { Services } from '../services/services.js';
import type { Origin } from '../store/store.js';
import { AuthError } from '../errors.js';
import type { Credential, Viewer } from '../viewer.js';
import { isBlank } from './bearer.js';
import { FOREIGN_ORIGIN, type CookieFacts, type CookieReader } from './cookies.js';
import { createLoaders } from './loaders.js';
import { ofOurs, readPresented, type Presented } from './presented.js';
import { unauthorized } from './unauthorized.js';

/** What the context builder reads of a request. */
export interface RequestFacts {
  /** The values of all Authorization headers. */
  authorization: readonly string[];
  origin: Origin;
  /** Absent where no cookie of the request may count. */
  cookies?: CookieFacts | undefined;
}

export type ContextBuilder = (facts: RequestFacts) => MaybePromise<RequestContext>;

const anonymous: Credential = { kind: 'none', refreshable: false };
const refreshableOnly: Credential = { kind: 'none', refreshable: true };
const malformed: Credential = { kind: 'rejected', reason: 'TOKEN_MALFORMED' };

export interface ContextSettings {
  /** The scheme of our tokens in the Authorization header. */
  readonly authHeaderPrefix: string;
  readonly onInvalidToken: 'continue' | 'reject';
  /** Null where cookies hold no tokens. */
  readonly cookies?: CookieReader | null;
  /** Tokens of another system that are read beside ours. */
  readonly legacyTokens?: { readonly prefix: string } | undefined;
}

/**
 * Reads and never refuses: a bad token becomes a rejected credential, and guards do the rest. There are two exceptions,
 * both an `AuthError` with its HTTP status: 401 for a bad token in the header where `onInvalidToken` is `reject`, and
 * 403 for our cookies from a page of another origin.
 */
export function createContextBuilder(
  services: Services,
  settings: ContextSettings,
  viewerCan: ViewerCan,
): ContextBuilder {
  const { authHeaderPrefix: prefix, onInvalidToken, cookies: cookieReader = null } = settings;
  const legacyPrefix = settings.legacyTokens?.prefix;

  function credentialOf(bearer: Presented, refreshable: boolean): MaybePromise<Credential> {
    switch (bearer.kind) {
      case 'none':
        return refreshable ? refreshableOnly : anonymous;
      case 'malformed':
        return malformed;
      case 'token':
        return services.authenticator.authenticate(bearer.token, bearer.issuer);
    }
  }

  return ({ authorization, origin, cookies: facts }) => {
    if (cookieReader?.isForeign(facts) === true) throw foreignOrigin();
    const header = readPresented(authorization, prefix, legacyPrefix);
    const cookies = cookieReader?.read(facts) ?? null;
    // Whoever sends a header of any scheme has said who they want to be.
    const isByCookie = cookies !== null && authorization.length < 2 && authorization.every(isBlank);
    const bearer = isByCookie ? ofOurs(cookies.access) : header;
    const accessToken = bearer.kind === 'token' ? bearer.token : null;
    const credential = credentialOf(bearer, isByCookie && cookies.refreshable);
    return andThen(credential, (credential) => {
      if (credential.kind === 'rejected' && onInvalidToken === 'reject' && !isByCookie) {
        throw unauthorized(credential.reason, prefix);
      }
      const viewer = credential.kind === 'valid' ? credential.viewer : null;
      const parts: ContextParts = {
        services,
        origin: shortened(origin),
        accessToken,
        cookies: cookies?.of(isByCookie) ?? null,
        loaders: createLoaders(services.store),
        viewerCan,
        seenBy,
      };
      return remembering({ viewer, credential, ...parts }, parts);
    });
  };
}

const foreignOrigin = (): AuthError =>
  new AuthError(
    'FORBIDDEN',
    { reason: 'POLICY_DENIED', http: { status: 403, headers: new Map() } },
    FOREIGN_ORIGIN,
  );

/** What a device calls itself is kept with its session; nobody fills the store with it. */
const MAX_USER_AGENT = 512;

function shortened(origin: Origin): Origin {
  const { address, userAgent } = origin;
  if (userAgent === null || userAgent.length <= MAX_USER_AGENT) return origin;
  return { address, userAgent: userAgent.slice(0, MAX_USER_AGENT) };
}

/** A copy, so that what an embedder put into the context stays in it, the methods of a class included. */
function seenBy<Context extends RequestContext>(context: Context, viewer: Viewer): Context {
  const loaders = createLoaders(context.services.store);
  const parts = partsOf(context);
  const own = { ...context, viewer, credential: { kind: 'valid', viewer }, loaders };
  const prototype = Object.getPrototypeOf(context) as object | null;
  // Defined, not assigned: a class may have a getter of the same name. That takes 8 µs, a spread 0.1.
  const seen = (
    prototype === Object.prototype
      ? own
      : Object.create(prototype, Object.getOwnPropertyDescriptors(own))
  ) as Context;
  return parts === undefined ? seen : remembering(seen, { ...parts, loaders });
}
