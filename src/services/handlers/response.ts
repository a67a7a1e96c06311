import type { TokenPair } from '../../common.js';
import type { ResponsePayloadHandler } from '../../handlers.js';
import type { Log } from '../../log.js';
import type { MaybePromise } from '../../outcome.js';
import type { Origin, UserRow } from '../../store/store.js';
import { askHandler, HandlerError, isPlainObject, kindOf } from './ask.js';
import { seenUser } from './seen.js';

/** The fields of `AuthPayload`, and what stands behind them. */
const ours: ReadonlySet<string> = new Set([
  ...['accessToken', 'accessTokenExpiresAt', 'accessTokenExpiresIn'],
  ...['refreshToken', 'refreshTokenExpiresAt', 'refreshTokenExpiresIn'],
  ...['tokenType', 'serverTime', 'session', 'user'],
  ...['tokens', 'viewer', 'extra', '__typename'],
]);

export type ExtraValues = (
  tokens: TokenPair,
  user: UserRow,
  origin: Origin,
) => MaybePromise<Readonly<Record<string, unknown>>>;

/** Values for the fields that the embedder's schema adds to `AuthPayload`. Those for ours are dropped, with one warning. */
export function createExtraValues(
  handler: ResponsePayloadHandler | undefined,
  log: Log,
): ExtraValues {
  const none = Object.freeze({});
  if (handler === undefined) return () => none;
  let warned = false;

  function checkedValues(values: unknown): Record<string, unknown> {
    if (!isPlainObject(values)) {
      throw new HandlerError(
        'responsePayloadHandler',
        `must answer an object with a value for each field that your schema adds to AuthPayload, {} for none; it answered ${kindOf(values)}.`,
      );
    }
    const dropped = Object.keys(values).filter((name) => ours.has(name));
    if (dropped.length > 0 && !warned) {
      warned = true;
      log.warn(
        { dropped },
        'jwt.responsePayloadHandler answers values for fields of our own, which stay as they are. Give them other names, and add these to AuthPayload.',
      );
    }
    return Object.fromEntries(Object.entries(values).filter(([name]) => !ours.has(name)));
  }

  return (tokens, user, { address, userAgent }) =>
    askHandler(
      'responsePayloadHandler',
      () => handler(Object.freeze({ ...tokens }), seenUser(user), { address, userAgent }),
      checkedValues,
    );
}
