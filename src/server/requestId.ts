import type { IncomingMessage } from 'node:http';
import type { AddressReader } from '../context/address.js';

/**
 * Takes the `X-Request-Id` of a trusted proxy, where it could not forge a log line; else makes a new one. HAProxy makes
 * ids with colons, others Base64.
 */
export function requestIdOf(
  request: IncomingMessage,
  addresses: AddressReader,
  newRequestId: () => string,
): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' &&
    /^[A-Za-z0-9._:+/=-]{1,128}$/.test(given) &&
    addresses.isTrusted(request)
    ? given
    : newRequestId();
}
