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
    help: 'Makes the access token of its claims, in place of our signing. Refresh tokens stay ours.',
  }),
  decodeHandler: optional(handler<DecodeHandler>('decodeHandler'), {
    unset: 'the key ring verifies',
    help: 'Reads an access token, in place of our verifying: answers its claims, or null for a token that is not valid. The claims and the session are still checked. It is asked at each request.',
  }),
  payloadHandler: optional(handler<PayloadHandler>('payloadHandler'), {
    unset: 'no further claims',
    help: 'Adds claims to an access token, made of its user and its session. The names of ours are refused.',
  }),
  payloadGetUserIdHandler: optional(handler<PayloadGetUserIdHandler>('payloadGetUserIdHandler'), {
    unset: 'the claim `sub`',
    help: 'Says whose an access token is, from its claims. It must be the user of its session.',
  }),
  responsePayloadHandler: optional(handler<ResponsePayloadHandler>('responsePayloadHandler'), {
    unset: 'no further values',
    help: 'Gives values to fields that your schema adds to `AuthPayload`. It cannot change those of ours.',
  }),
  getUserSecretKey: optional(handler<GetUserSecretKey>('getUserSecretKey'), {
    unset: 'no secret of a user has a part in the keys',
    help: 'A secret of the user, mixed into the keys of their access and refresh tokens: another one logs them out at once. HS algorithms only.',
  }),
} satisfies Record<keyof Handlers, unknown>;
