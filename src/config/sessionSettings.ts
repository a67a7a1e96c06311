import { boolean, choice, duration } from './kinds.js';
import { setting } from './setting.js';

/** Sessions, accounts, and what is remembered of them. */
export const sessionSettings = {
  refreshReuseInterval: setting(duration('30s', { whole: false }), {
    default: 30,
    help: 'How long a spent refresh token still returns the pair that replaced it, for two tabs or a lost answer. 0 is strict: any second use ends the session.',
  }),
  refreshSliding: setting(boolean(true), {
    default: false,
    help: 'Whether each refresh restarts the refresh window, up to `sessionMaxAge` after the login.',
  }),
  sessionMaxAge: setting(duration('90d', { min: 1 }), {
    default: 90 * 86_400,
    help: 'The longest that a session can live with `refreshSliding`.',
  }),
  sessionCache: setting(duration('5s', { whole: false }), {
    default: 0,
    help: 'How long a node on PostgreSQL may remember that a session is good. 0: it asks the database in every turn of the event loop. Otherwise a session revoked on another node may be served for up to that long; usually the node learns of it at once, but that is not guaranteed.',
  }),
  signup: setting(choice(['open', 'closed'], 'closed'), {
    default: 'open',
    help: 'Whether everybody may create an account. closed: only `gatehouse user create` makes accounts.',
  }),
  onInvalidToken: setting(choice(['continue', 'reject'], 'reject'), {
    default: 'continue',
    help: 'What happens to a request whose token in the Authorization header is refused. continue: guarded fields are denied, public ones and `login` still work. reject: the whole request is answered 401 with WWW-Authenticate.',
  }),
  hideTokens: setting(boolean(true), {
    default: false,
    help: 'Whether `accessToken` and `refreshToken` of a payload are null, so that no script ever sees a token. Requires `jwt.authCookie`.',
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
