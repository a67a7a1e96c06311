import type { MutationResolvers } from '../../generated/resolvers.js';
import { unwrap } from '../unwrap.js';

export const upsertRole: NonNullable<MutationResolvers['upsertRole']> = async (
  _,
  { input },
  context,
  info,
) => unwrap(await context.services.roles.upsert(context, input), info);
