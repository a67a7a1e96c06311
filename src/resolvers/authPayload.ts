import type { GraphQLResolveInfo } from 'graphql';
import type { AuthPayloadResolvers } from '../generated/resolvers.js';
import type { Outcome } from '../outcome.js';
import { setPayload } from '../payload.js';
import type { RequestContext } from '../request.js';
import type { IssuedSession } from '../services/sessions.js';
import { SECOND, toSeconds } from '../time.js';
import { unwrap } from './unwrap.js';

/**
 * Answers a credential field, and sets the cookies where those hold the tokens: what stands below it is seen by the
 * viewer whom the payload names, and the rest of the operation by the request's.
 */
export function answer(
  outcome: Outcome<IssuedSession>,
  context: RequestContext,
  info: GraphQLResolveInfo,
): IssuedSession {
  const issued = unwrap(outcome, info);
  context.cookies?.set(issued.tokens, issued.serverTime);
  const key = String(info.path.key);
  setPayload(context, { key, context: context.seenBy(context, issued.viewer) });
  // Fields that an embedder adds read their values here; ours come from resolvers of their own.
  // What these come from has no name that a field could have: one of the embedder's would show a row, hash and all.
  return { ...issued.extra, [ISSUED]: issued } as unknown as IssuedSession;
}

const ISSUED = Symbol('issued');

type FieldResolver = (source: unknown, ...rest: unknown[]) => unknown;

const ofIssued = (fields: AuthPayloadResolvers): AuthPayloadResolvers =>
  Object.fromEntries(
    Object.entries(fields).map(([name, resolve]) => [
      name,
      (source: object, ...rest: unknown[]) =>
        (resolve as FieldResolver)((source as { [ISSUED]: unknown })[ISSUED], ...rest),
    ]),
  );

const secondsFrom = (serverTime: number, end: number) => Math.max(0, end - toSeconds(serverTime));

export const authPayload: AuthPayloadResolvers = ofIssued({
  accessToken: ({ tokens }, _, { cookies }) =>
    cookies?.hideTokens === true ? null : tokens.accessToken,
  accessTokenExpiresAt: ({ tokens }) => new Date(tokens.accessTokenExpiresAt * SECOND),
  accessTokenExpiresIn: ({ tokens, serverTime }) =>
    secondsFrom(serverTime, tokens.accessTokenExpiresAt),
  refreshToken: ({ tokens }, _, { cookies }) =>
    cookies?.hideTokens === true ? null : tokens.refreshToken,
  refreshTokenExpiresAt: ({ tokens }) =>
    tokens.refreshTokenExpiresAt === null ? null : new Date(tokens.refreshTokenExpiresAt * SECOND),
  refreshTokenExpiresIn: ({ tokens, serverTime }) =>
    tokens.refreshTokenExpiresAt === null
      ? null
      : secondsFrom(serverTime, tokens.refreshTokenExpiresAt),
  // RFC 6750 §4
  tokenType: () => 'Bearer',
  serverTime: ({ serverTime }) => new Date(serverTime),
  session: ({ session }) => session,
  user: ({ user }) => user,
});
