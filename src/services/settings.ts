import type { Handlers } from '../handlers.js';

/** What the services need to know of the settings. Durations are seconds. */
export interface SessionSettings extends Handlers {
  /** Lifetime of an access token. */
  readonly expirationDelta: number;
  readonly allowRefresh: boolean;
  /** From the login to the end of the refresh window; when sliding, from each rotation. */
  readonly refreshExpirationDelta: number;
  readonly refreshSliding: boolean;
  /** From the login; bounds sliding. */
  readonly sessionMaxAge: number;
  /** How long a spent refresh token gives its pair again; 0 is strict. */
  readonly refreshReuseInterval: number;
  /** How long a node may answer from memory that a session is good; 0 = never. */
  readonly sessionCache: number;
  /** False: the signatures of access tokens are not checked. */
  readonly verify: boolean;
  /** False: access tokens end only with their session. */
  readonly verifyExpiration: boolean;
  readonly leeway: number;
  readonly issuer?: string | undefined;
  /** When unset, a token that carries `aud` is refused. */
  readonly audience?: string | undefined;
}

export interface AccountSettings {
  readonly signup: 'open' | 'closed';
}

/** Seconds that audit rows are kept. */
export interface RetentionSettings {
  readonly auditRetention: number;
  readonly refreshAuditRetention: number;
}

export type Settings = SessionSettings & AccountSettings & RetentionSettings;

/** A further login ends the least recently used session beyond this. */
export const MAX_SESSIONS_PER_USER = 100;
