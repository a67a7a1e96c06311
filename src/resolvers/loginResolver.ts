import type { GraphQLResolveInfo } from 'graphql';
import { errorCatalogue } from '../common.js';
import { coordinateOf } from '../coordinate.js';
import type { MaybePromise, Outcome } from '../outcome.js';
import type { RequestContext } from '../request.js';
import type { IssuedSession } from '../services/sessions.js';
import { isAtRoot } from './atRoot.js';
import { answer } from './authPayload.js';
import { assertCookiesCanBeSet } from './cookies.js';

/** Finds out who somebody is, and answers what a service that logs in has answered. */
export type Identify<Source, Args, Context> = (
  source: Source,
  args: Args,
  context: Context,
  info: GraphQLResolveInfo,
) => MaybePromise<Outcome<IssuedSession>>;

export type LoginResolver<Source, Args, Context> = (
  source: Source,
  args: Args,
  context: Context,
  info: GraphQLResolveInfo,
) => Promise<IssuedSession>;

export type MakeLoginResolver = <
  Source = unknown,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as graphql-js has it for arguments
  Args = any,
  Context extends RequestContext = RequestContext,
>(
  identify: Identify<Source, Args, Context>,
) => LoginResolver<Source, Args, Context>;

/** Whether the guards know of a field that it logs in. */
export type IsLogin = (info: GraphQLResolveInfo) => boolean;

/** The resolver of a mutation that an embedder has written: it answers `AuthPayload` as ours do. */
export const createLoginResolver = <Source, Args, Context extends RequestContext>(
  identify: Identify<Source, Args, Context>,
  isLogin: IsLogin,
): LoginResolver<Source, Args, Context> => {
  if (typeof identify !== 'function') {
    throw new TypeError(
      `auth.loginResolver expects a function, and got ${typeof identify}. Write: auth.loginResolver((_, args, context) => context.services.loginUser(id, context.origin)).`,
    );
  }
  return async (source, args, context, info) => {
    assertIsMutation(info);
    assertIsLogin(info, isLogin);
    context.loaders.forget();
    assertCookiesCanBeSet(context);
    const outcome: unknown = await identify(source, args, context, info);
    assertIsOutcome(outcome, info);
    return answer(outcome, context, info);
  };
};

/** A query can be a GET, which any page may cause. */
function assertIsMutation(info: GraphQLResolveInfo): void {
  if (isAtRoot(info)) return;
  throw new TypeError(
    `auth.loginResolver is for root fields of mutations, and ${coordinateOf(info)} is none.`,
  );
}

/** Else what stands below it would be judged for whoever asks, and an operation could have several logins. */
function assertIsLogin(info: GraphQLResolveInfo, isLogin: IsLogin): void {
  if (isLogin(info)) return;
  throw new TypeError(
    `The guards do not know that ${coordinateOf(info)} logs somebody in: another tool has wrapped its resolver before auth.guard. Give the field what auth.loginResolver returns, as it is.`,
  );
}

function assertIsOutcome(
  given: unknown,
  info: GraphQLResolveInfo,
): asserts given is Outcome<IssuedSession> {
  const { ok, value, code, message } = Object(given) as Record<string, unknown>;
  // A code that is none of ours has no message of ours, and an error without one is none.
  const isSaid = typeof message === 'string' || Object.hasOwn(errorCatalogue, String(code));
  if (ok === false && typeof code === 'string' && isSaid) return;
  if (ok === true && (value as Partial<IssuedSession> | undefined)?.tokens !== undefined) return;
  throw new TypeError(
    `The resolver of ${coordinateOf(info)} expects what services.loginUser(id, origin) answers, and got something else. Write: return context.services.loginUser(id, context.origin).`,
  );
}
