import {
  refreshableReasons,
  unauthenticatedReasons,
  type UnauthenticatedReason,
} from '../common.js';
import { AuthError } from '../errors.js';

/** The refusal of a whole request for its token: HTTP 401 with a challenge (RFC 6750 §3). */
export function unauthorized(reason: UnauthenticatedReason, scheme: string): AuthError {
  const description = unauthenticatedReasons[reason];
  const challenge = `${scheme} error="invalid_token", error_description="${description}"`;
  return new AuthError('UNAUTHENTICATED', {
    reason,
    refreshable: refreshableReasons.has(reason),
    http: { status: 401, headers: new Map([['www-authenticate', challenge]]) },
  });
}
