import type { MutationResolvers } from '../../generated/resolvers.js';
import { answer } from '../authPayload.js';
import { clearDeadCookies } from '../cookies.js';

export const refreshToken: NonNullable<MutationResolvers['refreshToken']> = async (
  _,
  { input },
  context,
  info,
) => {
  const { services, cookies, origin } = context;
  const given = input?.refreshToken ?? null;
  const token = given ?? cookies?.refreshToken ?? null;
  const outcome = await services.refresh(token, origin);
  if (!outcome.ok && given === null && token !== null) {
    await clearDeadCookies(outcome.code, token, context);
  }
  return answer(outcome, context, info);
};
