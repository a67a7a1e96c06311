import { AuthError } from '../errors.js';
import { privately } from './privately.js';
import type { QueryResolvers } from '../generated/resolvers.js';

/** Each costs a look at every type below it. */
const MAX_COORDINATES = 100;

export const viewerCan: QueryResolvers['viewerCan'] = (_, { coordinates }, context, info) => {
  if (coordinates.length > MAX_COORDINATES) {
    throw new AuthError(
      'BAD_USER_INPUT',
      { field: 'coordinates' },
      `At most ${MAX_COORDINATES} coordinates can be asked about at once.`,
    );
  }
  privately(info);
  return context.viewerCan(info.schema, coordinates, context);
};
