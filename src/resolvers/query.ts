import { coordinateOf } from '../coordinate.js';
import type { QueryResolvers } from '../generated/resolvers.js';
import { unauthenticated } from '../viewer.js';
import { privately } from './privately.js';
import { sessionsOf } from './sessionsOf.js';
import { unwrap } from './unwrap.js';
import { viewerCan } from './viewerCan.js';

/** Nobody is an answer; a credential that was refused is an error, so that a client knows whether to refresh. */
const me: QueryResolvers['me'] = (_, _args, { credential, loaders }, info) => {
  privately(info);
  switch (credential.kind) {
    case 'none':
      return null;
    case 'valid':
      return loaders.userById.load(credential.viewer.id);
    case 'rejected':
      throw unauthenticated(credential, { coordinate: coordinateOf(info) });
    case 'unavailable':
      throw unauthenticated(credential);
  }
};

export const query: QueryResolvers = {
  me,
  session: (_, _args, { viewer, loaders }) =>
    viewer.sessionId === null ? null : loaders.sessionById.load(viewer.sessionId),
  sessions: (_, _args, { viewer, loaders }) => sessionsOf(viewer.id, loaders),
  verifyToken: (_, { token }, { services }) => services.introspect(token),
  viewerCan,
  user: (_, { id }, { loaders }) => loaders.userById.load(id),
  users: async (_, args, { services }, info) => unwrap(await services.listUsers(args), info),
  roles: async (_, _args, { loaders }) => (await loaders.roleTable()).roles,
};
