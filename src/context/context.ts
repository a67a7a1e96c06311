import { andThen, type MaybePromise } from '../outcome.js';
import type { RequestContext, ViewerCan } from '../request.js';
import type { Services } from '../services/services.js';
import type { Origin } from '../store/store.js';
import type { Credential, Viewer } from '../viewer.js';
import { createLoaders } from './loaders.js';
import { readPresented, type Presented } from './presented.js';
import { unauthorized } from './unauthorized.js';

/** What the context builder reads of a request. */
export interface RequestFacts {
  /** The values of all Authorization headers. */
  authorization: readonly string[];
  origin: Origin;
}

export type ContextBuilder = (facts: RequestFacts) => MaybePromise<RequestContext>;

const anonymous: Credential = { kind: 'none', refreshable: false };
const malformed: Credential = { kind: 'rejected', reason: 'TOKEN_MALFORMED' };

export interface ContextSettings {
  /** The scheme of our tokens in the Authorization header. */
  readonly authHeaderPrefix: string;
  readonly onInvalidToken: 'continue' | 'reject';
  /** Tokens of another system that are read beside ours. */
  readonly legacyTokens?: { readonly prefix: string } | undefined;
}

/**
 * Reads and never refuses: a bad token becomes a rejected credential, and guards do the rest. Where `onInvalidToken`
 * is `reject` it throws an `AuthError` that HTTP answers with 401.
 */
export function createContextBuilder(
  services: Services,
  { authHeaderPrefix: prefix, onInvalidToken, legacyTokens }: ContextSettings,
  viewerCan: ViewerCan,
): ContextBuilder {
  function credentialOf(bearer: Presented): MaybePromise<Credential> {
    switch (bearer.kind) {
      case 'none':
        return anonymous;
      case 'malformed':
        return malformed;
      case 'token':
        return services.authenticator.authenticate(bearer.token, bearer.issuer);
    }
  }

  return ({ authorization, origin }) => {
    const bearer = readPresented(authorization, prefix, legacyTokens?.prefix);
    const accessToken = bearer.kind === 'token' ? bearer.token : null;
    return andThen(credentialOf(bearer), (credential) => {
      if (credential.kind === 'rejected' && onInvalidToken === 'reject') {
        throw unauthorized(credential.reason, prefix);
      }
      return {
        viewer: credential.kind === 'valid' ? credential.viewer : null,
        credential,
        services,
        origin: shortened(origin),
        accessToken,
        loaders: createLoaders(services.store),
        payload: null,
        viewerCan,
        seenBy,
      };
    });
  };
}

/** What a device calls itself is kept with its session; nobody fills the store with it. */
const MAX_USER_AGENT = 512;

function shortened(origin: Origin): Origin {
  const { address, userAgent } = origin;
  if (userAgent === null || userAgent.length <= MAX_USER_AGENT) return origin;
  return { address, userAgent: userAgent.slice(0, MAX_USER_AGENT) };
}

/** A copy, so that what an embedder put into the context stays in it. */
function seenBy<Context extends RequestContext>(context: Context, viewer: Viewer): Context {
  return {
    ...context,
    viewer,
    credential: { kind: 'valid', viewer },
    loaders: createLoaders(context.services.store),
    payload: null,
  };
}
