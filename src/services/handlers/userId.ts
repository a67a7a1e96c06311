import type { PayloadGetUserIdHandler, TokenPayload } from '../../handlers.js';
import type { MaybePromise } from '../../outcome.js';
import type { AccessClaims } from '../../tokens/jwt.js';
import { askHandler, HandlerError, kindOf } from './ask.js';

/** Whose an access token is by its claims; null for nobody. */
export type UserIdOf = (claims: AccessClaims) => MaybePromise<string | null>;

/** The claim `sub`, or what the handler makes of the claims: asked each time, because what it looks up may change. */
export function createUserIdOf(handler: PayloadGetUserIdHandler | undefined): UserIdOf {
  if (handler === undefined) return ({ sub }) => sub;
  return (claims) => askUserId(handler, { ...claims });
}

/** What the handler says of claims, ours or those of another system. */
export const askUserId = (
  handler: PayloadGetUserIdHandler,
  payload: TokenPayload,
): MaybePromise<string | null> =>
  askHandler(
    'payloadGetUserIdHandler',
    () => handler(Object.freeze({ ...payload })),
    checkedUserId,
  );

/** Django numbers its users. */
function checkedUserId(id: unknown): string | null {
  if (id === null || id === undefined) return null;
  if (typeof id === 'string' && id !== '') return id;
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  throw new HandlerError(
    'payloadGetUserIdHandler',
    `must answer the id of a user, a text or a whole number, or null where the claims name nobody; it answered ${kindOf(id)}.`,
  );
}
