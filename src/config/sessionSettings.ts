import { boolean, choice, duration } from './kinds.js';
import { setting } from './setting.js';

/** Sessions, accounts, and what is remembered of them. */
export const sessionSettings = {
  refreshReuseInterval: setting(duration('30s', { whole: false }), {
    default: 30,
    help: 'How long a spent refresh token answers with the pair that replaced it, for two tabs or a lost answer. 0 is strict: any second use ends the session.',
  }),
  refreshSliding: setting(boolean(true), {
    default: false,
    help: 'Whether each refresh restarts the refresh window, up to `sessionMaxAge` after the login.',
  }),
  sessionMaxAge: setting(duration('90d', { min: 1 }), {
    default: 90 * 86_400,
    help: 'The longest that a session can live where `refreshSliding` is on.',
  }),
  sessionCache: setting(duration('5s', { whole: false }), {
    default: 0,
    help: 'How long a node may answer from memory that a session is good, on PostgreSQL. 0 asks the database each turn. Else a session revoked on another node may be served for so long; mostly it hears of it at once, but that is not promised.',
  }),
  signup: setting(choice(['open', 'closed'], 'closed'), {
    default: 'open',
    help: 'Whether everybody may create an account. closed: only `gatehouse user create` makes accounts.',
  }),
  onInvalidToken: setting(choice(['continue', 'reject'], 'reject'), {
    default: 'continue',
    help: 'What a refused token in the Authorization header does. continue: guarded fields are denied, public ones and `login` go on. reject: the whole request is answered 401 with WWW-Authenticate.',
  }),
  hideTokens: setting(boolean(true), {
    default: false,
    help: 'Whether `accessToken` and `refreshToken` of a payload are null, so that no script ever sees a token. Goes with `jwt.authCookie`.',
  }),
  auditRetention: setting(duration('90d', { min: 1 }), {
    default: 90 * 86_400,
    help: 'How long audit records are kept.',
  }),
  refreshAuditRetention: setting(duration('7d', { min: 1 }), {
    default: 7 * 86_400,
    help: 'How long audit records of plain refreshes are kept.',
  }),
};
