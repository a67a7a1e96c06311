import type { MutationResolvers } from '../../generated/resolvers.js';
import { unwrap } from '../unwrap.js';

/** Never at once: what is compromised is rotated at the command line, by whoever runs the server. */
export const rotateSigningKey: NonNullable<MutationResolvers['rotateSigningKey']> = async (
  _,
  _args,
  { services, viewer, origin },
  info,
) =>
  unwrap(
    await services.keys.rotate({ viewer, origin }, { purpose: 'access', atOnce: false }),
    info,
  );
