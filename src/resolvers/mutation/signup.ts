import type { MutationResolvers } from '../../generated/resolvers.js';
import { answer } from '../authPayload.js';

export const signup: NonNullable<MutationResolvers['signup']> = async (
  _,
  { input },
  context,
  info,
) => answer(await context.services.signup(input, context.origin), context, info);
