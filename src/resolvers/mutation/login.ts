import type { MutationResolvers } from '../../generated/resolvers.js';
import { answer } from '../authPayload.js';

export const login: NonNullable<MutationResolvers['login']> = async (_, { input }, context, info) =>
  answer(await context.services.login(input, context.origin), context, info);
