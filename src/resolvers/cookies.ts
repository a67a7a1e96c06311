import type { ErrorCode } from '../common.js';
import { AuthError } from '../errors.js';
import type { RequestContext } from '../request.js';
import type { SessionRow } from '../store/store.js';
import { decodeToken } from '../tokens/decode.js';

/** What a refresh is answered whose token will never be good again. */
const terminal: ReadonlySet<ErrorCode> = new Set([
  'INVALID_REFRESH_TOKEN',
  'REFRESH_TOKEN_EXPIRED',
  'REFRESH_TOKEN_REUSED',
  'SESSION_REVOKED',
  'ACCOUNT_DISABLED',
]);

/** After a refusal of the refresh cookie: what is dead for good leaves the browser. */
export async function clearDeadCookies(
  code: ErrorCode,
  token: string,
  { cookies, loaders }: RequestContext,
): Promise<void> {
  if (!terminal.has(code)) return;
  if (code !== 'SESSION_REVOKED') return cookies?.clear();
  // The token was verified before its session was looked at.
  const id = decodeToken(token).claims?.['sid'];
  const session = typeof id === 'string' ? await loaders.sessionById.load(id) : null;
  cookies?.clearEnded(session?.revokedAt ?? 0);
}

/** After sessions were ended: where the present one is among them, its cookies leave the browser. */
export function clearOwnCookies(
  { viewer, cookies }: RequestContext,
  ended: Pick<SessionRow, 'id'> | { readonly userId: string },
): void {
  if (viewer === null || cookies?.isCredential !== true) return;
  const isOwn = 'id' in ended ? ended.id === viewer.sessionId : ended.userId === viewer.id;
  if (isOwn) cookies.clear();
}

/** Throws where a pair of tokens would have to become cookies, and cannot: the tokens that it replaces would be lost. */
export function assertCookiesCanBeSet({ cookies }: RequestContext): void {
  if (cookies === null || cookies.canBeSet) return;
  throw new AuthError(
    'BAD_USER_INPUT',
    {},
    'Over a WebSocket no cookie can be set. Send this operation over HTTP.',
  );
}
