import type { PayloadHandler } from '../../handlers.js';
import type { MaybePromise } from '../../outcome.js';
import type { SessionRow, UserRow } from '../../store/store.js';
import { askHandler, HandlerError, isPlainObject, kindOf } from './ask.js';
import { seenSession, seenUser } from './seen.js';

/** What we set ourselves, and the names that RFC 7519 §4.1 registers: each means something to whoever verifies. */
const reservedClaims: readonly string[] = [
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'],
  ...['sid', 'gen', 'orig_iat', 'auth_time', 'scope', 'roles', 'ver'],
];

export type ExtraClaims = (user: UserRow, session: SessionRow) => MaybePromise<object>;

/** Claims beside ours. Throws a `HandlerError` for reserved ones, and for what JSON cannot hold. */
export function createExtraClaims(handler: PayloadHandler | undefined): ExtraClaims {
  const none = {};
  if (handler === undefined) return () => none;
  return (user, session) =>
    askHandler(
      'payloadHandler',
      () => handler(seenUser(user), seenSession(session)),
      checkedClaims,
    );
}

function checkedClaims(claims: unknown): object {
  if (!isPlainObject(claims)) {
    throw new HandlerError(
      'payloadHandler',
      `must answer an object of claims, {} for none; it answered ${kindOf(claims)}.`,
    );
  }
  // As they will be signed: a `toJSON` may make others of them.
  const signed = jsonOf(claims);
  const taken = reservedClaims.filter((name) => Object.hasOwn(signed, name));
  if (taken.length > 0) {
    throw new HandlerError(
      'payloadHandler',
      `must not set ${taken.join(', ')}: what we set are ${reservedClaims.join(', ')}. Give the claim another name.`,
    );
  }
  return signed;
}

function jsonOf(claims: object): object {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(claims, onlyJson));
    if (isPlainObject(copy)) return copy;
    throw new TypeError(`the whole is ${kindOf(copy)} as JSON`);
  } catch (cause) {
    throw new HandlerError(
      'payloadHandler',
      'must answer claims that JSON can hold: texts, finite numbers, true, false, null, and lists and plain objects of them.',
      { cause },
    );
  }
}

/** JSON leaves functions out, writes NaN as null, and makes `{}` of a Map. */
function onlyJson(name: string, value: unknown): unknown {
  const isSilentlyLost =
    typeof value === 'function' ||
    typeof value === 'symbol' ||
    (typeof value === 'number' && !Number.isFinite(value)) ||
    (typeof value === 'object' && value !== null && !Array.isArray(value) && !isPlainObject(value));
  if (isSilentlyLost) throw new TypeError(`${name} is ${kindOf(value)}, which JSON cannot hold`);
  return value;
}
