import type {
  DecodeHandler,
  EncodeHandler,
  GetUserSecretKey,
  Handlers,
  PayloadGetUserIdHandler,
  PayloadHandler,
  ResponsePayloadHandler,
} from '../handlers.js';
import { handler } from './functionKind.js';
import { optional } from './setting.js';

/** The functions among the settings of `jwt`, named as djangorestframework-jwt names them. */
export const handlerSettings = {
  encodeHandler: optional(handler<EncodeHandler>('encodeHandler'), {
    unset: 'the key ring signs',
    help: 'Makes an access token from its claims, instead of our signing. We still make refresh tokens.',
  }),
  decodeHandler: optional(handler<DecodeHandler>('decodeHandler'), {
    unset: 'the key ring verifies',
    help: 'Reads an access token, instead of our verifying: returns its claims, or null for a token that is not valid. The claims and the session are still checked. It is called on each request.',
  }),
  payloadHandler: optional(handler<PayloadHandler>('payloadHandler'), {
    unset: 'no further claims',
    help: 'Adds claims to an access token, given its user and its session. The names of our own claims are refused.',
  }),
  payloadGetUserIdHandler: optional(handler<PayloadGetUserIdHandler>('payloadGetUserIdHandler'), {
    unset: 'the claim `sub`',
    help: 'Says from its claims whose access token it is. That must be the user of its session.',
  }),
  responsePayloadHandler: optional(handler<ResponsePayloadHandler>('responsePayloadHandler'), {
    unset: 'no further values',
    help: 'Gives values to fields that your schema adds to `AuthPayload`. It cannot change our own fields.',
  }),
  getUserSecretKey: optional(handler<GetUserSecretKey>('getUserSecretKey'), {
    unset: 'no user has a secret of their own',
    help: 'Returns a secret of the user, which is mixed into the keys of their access and refresh tokens: changing it logs them out at once. HS algorithms only.',
  }),
} satisfies Record<keyof Handlers, unknown>;
