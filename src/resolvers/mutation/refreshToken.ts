import type { MutationResolvers } from '../../generated/resolvers.js';
import { refuse } from '../../outcome.js';
import { answer } from '../authPayload.js';

export const refreshToken: NonNullable<MutationResolvers['refreshToken']> = async (
  _,
  args,
  context,
  info,
) => {
  const token = args.input?.refreshToken;
  const outcome =
    token === undefined || token === null
      ? refuse('INVALID_REFRESH_TOKEN', {}, 'No refresh token was sent.')
      : await context.services.refresh(token, context.origin);
  return answer(outcome, context, info);
};
