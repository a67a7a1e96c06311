import { randomUUID } from 'node:crypto';
import type { TokenPair } from '../common.js';
import { ok, refuse, type MaybePromise, type Outcome } from '../outcome.js';
import type {
  AuditInput,
  GrantsRow,
  OpenSession,
  Origin,
  SessionRow,
  Store,
  UserRow,
} from '../store/store.js';
import { SECOND, toSeconds, type Clock } from '../time.js';
import { newSessionId, refreshTokenId } from '../tokens/ids.js';
import { signToken } from '../tokens/jwt.js';
import type { Viewer } from '../viewer.js';
import { versionOfGrants, type GrantsReader } from './grants.js';
import type { Keys } from './keys.js';
import { networkOf } from './network.js';
import { MAX_SESSIONS_PER_USER, type SessionSettings } from './settings.js';

/** A session with the tokens of its present generation, and the viewer that they make. */
export interface IssuedSession {
  tokens: TokenPair;
  /** Milliseconds. */
  serverTime: number;
  session: SessionRow;
  user: UserRow;
  viewer: Viewer;
}

export interface Sessions {
  /** Opens a session for a user whose password has just been verified. */
  open(login: VerifiedLogin, audit: AuditInput): Promise<Outcome<IssuedSession>>;
  /** The identity and the end of a session that another verb is about to open. */
  draft(origin: Origin): Pick<OpenSession, 'id' | 'expiresAt' | 'origin' | 'network'>;
  /** The pair of the row's generation: the refresh token is always the same, the access token is new. */
  issue(
    session: SessionRow,
    user: UserRow,
    grants: GrantsRow,
    now: number,
  ): MaybePromise<IssuedSession>;
  /** Where sliding: the end of a session that is rotated now. Milliseconds. */
  slide: ((now: number, createdAt: number) => number) | null;
  /** Milliseconds from the login to the end of the refresh window; null when sliding. */
  window: number | null;
}

export interface VerifiedLogin {
  userId: string;
  /** The hash that the password was compared with. */
  passwordHash: string | null;
  origin: Origin;
}

interface Dependencies {
  store: Store;
  keys: Keys;
  clock: Clock;
  grants: GrantsReader;
  settings: SessionSettings;
}

/** The only place that decides how long sessions and tokens live. */
export function createSessions({ store, keys, clock, grants, settings }: Dependencies): Sessions {
  const { expirationDelta, refreshExpirationDelta, refreshSliding, sessionMaxAge } = settings;
  const slidTo = (now: number, createdAt: number) =>
    Math.min(now + refreshExpirationDelta * SECOND, createdAt + sessionMaxAge * SECOND);
  const window = refreshSliding ? null : refreshExpirationDelta * SECOND;

  function firstEnd(now: number): number {
    if (!settings.allowRefresh) return now + expirationDelta * SECOND;
    return refreshSliding ? slidTo(now, now) : now + refreshExpirationDelta * SECOND;
  }

  const refreshEnd = (session: SessionRow) =>
    toSeconds(
      window === null ? session.expiresAt : Math.min(session.expiresAt, session.createdAt + window),
    );

  const commonClaims = (session: SessionRow) => ({
    ...(settings.issuer !== undefined && { iss: settings.issuer }),
    ...(settings.audience !== undefined && { aud: settings.audience }),
    sub: session.userId,
    sid: session.id,
    gen: session.generation,
    orig_iat: toSeconds(session.createdAt),
    auth_time: toSeconds(session.createdAt),
  });

  /** Every claim derives from the row, so that a repeated answer is the same token byte for byte. */
  const signRefreshToken = (session: SessionRow) =>
    signToken(
      {
        ...commonClaims(session),
        iat: toSeconds(session.rotatedAt),
        exp: refreshEnd(session),
        jti: refreshTokenId(session.id, session.generation),
      },
      'rt+jwt',
      keys.refreshSigner(session.rotatedAt),
    );

  const issue: Sessions['issue'] = (session, user, held, now) => {
    const scopes = grants.scopesOf(held.roles, held.roleTable, held.scopes);
    const iat = toSeconds(now);
    // An access token never outlives its session: what it promises the server would not keep.
    const exp = Math.min(iat + expirationDelta, toSeconds(session.expiresAt));
    const accessToken = signToken(
      {
        ...commonClaims(session),
        iat,
        exp,
        jti: randomUUID(),
        scope: scopes.join(' '),
        roles: held.roles,
        ver: versionOfGrants(held),
      },
      'at+jwt',
      keys.access().signing,
    );
    const { allowRefresh } = settings;
    return {
      tokens: {
        accessToken,
        accessTokenExpiresAt: exp,
        refreshToken: allowRefresh ? signRefreshToken(session) : null,
        refreshTokenExpiresAt: allowRefresh ? refreshEnd(session) : null,
      },
      serverTime: now,
      session,
      user,
      viewer: {
        id: user.id,
        sessionId: session.id,
        scopes: new Set(scopes),
        roles: new Set(held.roles),
      },
    };
  };

  const draft: Sessions['draft'] = (origin) => ({
    id: newSessionId(),
    expiresAt: firstEnd(clock.now()),
    origin,
    network: networkOf(origin.address),
  });

  async function open(login: VerifiedLogin, audit: AuditInput): Promise<Outcome<IssuedSession>> {
    const { userId, passwordHash, origin } = login;
    const opened = await store.openSession(
      {
        ...draft(origin),
        userId,
        expectedPasswordHash: passwordHash,
        maxSessions: MAX_SESSIONS_PER_USER,
      },
      audit,
    );
    switch (opened.kind) {
      case 'opened':
        return ok(await issue(opened.session, opened.user, opened.grants, clock.now()));
      case 'disabled':
        return refuse('ACCOUNT_DISABLED');
      case 'changed':
        return refuse('INVALID_CREDENTIALS');
    }
  }

  return { open, draft, issue, slide: refreshSliding ? slidTo : null, window };
}
