import { andThen, ok, refuse, type Outcome, type Refusal } from '../outcome.js';
import type { Origin, RotateOutcome, SessionState, Store } from '../store/store.js';
import { SECOND } from '../time.js';
import type { RefreshClaims } from '../tokens/jwt.js';
import type { IssuedSession, Sessions } from './sessions.js';
import type { SessionSettings } from './settings.js';
import type { TokenReader } from './tokenReader.js';

/** `token` is null where none was sent. */
export type Refresh = (token: string | null, origin: Origin) => Promise<Outcome<IssuedSession>>;

interface Dependencies {
  store: Store;
  reader: TokenReader;
  sessions: Sessions;
  settings: SessionSettings;
}

/** Spends a refresh token for the next pair of its session (RFC 6749 §6, RFC 9700 §4.14.2). */
export function createRefresh({ store, reader, sessions, settings }: Dependencies): Refresh {
  const rotate = (claims: RefreshClaims, origin: Origin): Promise<RotateOutcome> =>
    store.rotate({
      sessionId: claims.sid,
      userId: claims.sub,
      generation: claims.gen,
      origin,
      reuseInterval: settings.refreshReuseInterval * SECOND,
      window: sessions.bound,
      slide: sessions.slide,
    });

  /** A user's secret that changed meanwhile logs them out: a pair under the new one must not leave for the old token. */
  const isStillTheirs = async (token: string): Promise<boolean> =>
    settings.getUserSecretKey === undefined || 'claims' in (await reader.refresh(token));

  return async (token, origin) => {
    if (!settings.allowRefresh) return refuse('REFRESH_DISABLED');
    if (token === null) return refuse('INVALID_REFRESH_TOKEN', {}, 'No refresh token was sent.');
    const result = await reader.refresh(token);
    // Where sliding, the row says when the session ends, and that may be later than the token knows.
    if (result.kind === 'expired' && sessions.window !== null) {
      const { claims } = result;
      return andThen(store.sessionState(claims.sid), (state) => afterTheEnd(claims, state));
    }
    if (!('claims' in result)) return refuse('INVALID_REFRESH_TOKEN');
    const outcome = await rotate(result.claims, origin);
    if ('session' in outcome) {
      const { session, user, grants, now } = outcome;
      const issued = await sessions.issue(session, user, grants, now, origin);
      return (await isStillTheirs(token)) ? ok(issued) : refuse('INVALID_REFRESH_TOKEN');
    }
    return refusalOf(isGone(outcome.kind, result.kind) ? 'ended' : outcome.kind);
  };
}

/** The rows of sessions that have ended are not kept for ever, and whoever comes later must log in again all the same. */
const isGone = (outcome: string, token: string): boolean =>
  outcome === 'unknown' && token === 'expired';

/** A token past its `exp` spends nothing, but what ended its session before is said first. */
function afterTheEnd(claims: RefreshClaims, state: SessionState | null): Refusal {
  if (state === null) return refusalOf('ended');
  if (state.session.userId !== claims.sub) return refusalOf('unknown');
  if (state.userDisabledAt !== null) return refusalOf('disabled');
  return refusalOf(state.session.revokedAt === null ? 'ended' : 'revoked');
}

function refusalOf(kind: 'unknown' | 'disabled' | 'revoked' | 'ended' | 'reused'): Refusal {
  switch (kind) {
    case 'unknown':
      return refuse('INVALID_REFRESH_TOKEN');
    case 'disabled':
      return refuse('ACCOUNT_DISABLED');
    case 'revoked':
      return refuse('SESSION_REVOKED');
    case 'ended':
      return refuse('REFRESH_TOKEN_EXPIRED');
    case 'reused':
      return refuse('REFRESH_TOKEN_REUSED');
  }
}
