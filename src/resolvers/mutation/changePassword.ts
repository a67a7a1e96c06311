import type { MutationResolvers } from '../../generated/resolvers.js';
import { answer } from '../authPayload.js';

export const changePassword: NonNullable<MutationResolvers['changePassword']> = async (
  _,
  { input },
  context,
  info,
) => {
  const { services, viewer, origin } = context;
  return answer(await services.changePassword(viewer, input, origin), context, info);
};
