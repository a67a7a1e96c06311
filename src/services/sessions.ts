import type { TokenPair } from '../common.js';
import type { Log } from '../log.js';
import { andThen, ok, refuse, type MaybePromise, type Outcome } from '../outcome.js';
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
import { newSessionId } from '../tokens/ids.js';
import type { Viewer } from '../viewer.js';
import { versionOfGrants, type GrantsReader } from './grants.js';
import { createExtraValues } from './handlers/response.js';
import { networkOf } from './network.js';
import { MAX_SESSIONS_PER_USER } from './settings.js';
import { createTokenMaker, type Granted, type TokenMakerParts } from './tokenMaker.js';

/** A session with the tokens of its present generation, and the viewer that they make. */
export interface IssuedSession {
  tokens: TokenPair;
  /** Milliseconds. */
  serverTime: number;
  session: SessionRow;
  user: UserRow;
  viewer: Viewer;
  /** Values for fields that the embedder's schema adds to `AuthPayload`. */
  extra: Readonly<Record<string, unknown>>;
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
    origin: Origin,
  ): MaybePromise<IssuedSession>;
  /** As `issue`, for a session that has just been opened: where a handler fails it is ended, since nobody has its tokens. */
  issueFirst(
    session: SessionRow,
    user: UserRow,
    grants: GrantsRow,
    origin: Origin,
  ): Promise<IssuedSession>;
  /** Where sliding: the end of a session that is rotated now. Milliseconds. */
  slide: ((now: number, createdAt: number) => number) | null;
  /** Milliseconds from the login to the end of the refresh window; null when sliding. */
  window: number | null;
  /** Milliseconds from the login after which nothing is refreshed: the window, or the most to which it can slide. */
  bound: number;
}

export interface VerifiedLogin {
  userId: string;
  /** The hash that the password was compared with. */
  passwordHash: string | null;
  origin: Origin;
}

interface Dependencies extends TokenMakerParts {
  store: Store;
  clock: Clock;
  log: Log;
  grants: GrantsReader;
}

/** The only place that decides how long sessions and tokens live. */
export function createSessions(dependencies: Dependencies): Sessions {
  const { store, clock, log, grants, settings } = dependencies;
  const { expirationDelta, refreshExpirationDelta, refreshSliding, sessionMaxAge } = settings;
  const slidTo = (now: number, createdAt: number) =>
    Math.min(now + refreshExpirationDelta * SECOND, createdAt + sessionMaxAge * SECOND);
  const window = refreshSliding ? null : refreshExpirationDelta * SECOND;
  // The row may have been promised more, under a setting of before.
  const bound = window ?? sessionMaxAge * SECOND;
  const maker = createTokenMaker(dependencies);
  const extraValues = createExtraValues(settings.responsePayloadHandler, log);

  function firstEnd(now: number): number {
    // As long as its only access token is accepted: that is the leeway longer than it lives.
    if (!settings.allowRefresh) return now + (expirationDelta + settings.leeway) * SECOND;
    return refreshSliding ? slidTo(now, now) : now + refreshExpirationDelta * SECOND;
  }

  const refreshEnd = (session: SessionRow) =>
    toSeconds(
      window === null ? session.expiresAt : Math.min(session.expiresAt, session.createdAt + window),
    );

  const issue: Sessions['issue'] = (session, user, held, now, origin) => {
    const scopes = grants.scopesOf(held.roles, held.roleTable, held.scopes);
    const iat = toSeconds(now);
    // An access token never outlives its session: what it promises the server would not keep.
    const exp = Math.min(iat + expirationDelta, toSeconds(session.expiresAt));
    const scope = scopes.join(' ');
    const granted = { iat, exp, scope, roles: held.roles, ver: versionOfGrants(held) };
    const viewer = {
      id: user.id,
      sessionId: session.id,
      scopes: new Set(scopes),
      roles: new Set(held.roles),
    };
    return andThen(pairOf(session, user, granted), (tokens) =>
      andThen(extraValues(tokens, user, origin), (extra) => ({
        tokens,
        serverTime: now,
        session,
        user,
        viewer,
        extra,
      })),
    );
  };

  function pairOf(session: SessionRow, user: UserRow, granted: Granted): MaybePromise<TokenPair> {
    const { allowRefresh } = settings;
    const end = allowRefresh ? refreshEnd(session) : null;
    return andThen(maker.access(session, user, granted), (accessToken) =>
      andThen(end === null ? null : maker.refresh(session, user, end), (refreshToken) => ({
        accessToken,
        accessTokenExpiresAt: granted.exp,
        refreshToken,
        refreshTokenExpiresAt: end,
      })),
    );
  }

  const issueFirst: Sessions['issueFirst'] = async (session, user, held, origin) => {
    try {
      return await issue(session, user, held, clock.now(), origin);
    } catch (error) {
      const { id, userId } = session;
      const audit = { event: 'session_revoked', actorId: null, userId, sessionId: id } as const;
      await store
        .revokeSessions({ by: 'id', id }, 'revoked', { ...audit, details: { cause: 'no_tokens' } })
        .catch((err: unknown) => log.error({ err }, 'A session without tokens stays open.'));
      throw error;
    }
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
        return ok(await issueFirst(opened.session, opened.user, opened.grants, origin));
      case 'disabled':
        return refuse('ACCOUNT_DISABLED');
      case 'changed':
        return refuse('INVALID_CREDENTIALS');
    }
  }

  return { open, draft, issue, issueFirst, slide: refreshSliding ? slidTo : null, window, bound };
}
