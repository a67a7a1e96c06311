import type {
  RoleResolvers,
  UserConnectionResolvers,
  UserEdgeResolvers,
  UserResolvers,
} from '../generated/resolvers.js';
import { ours } from '../contextParts.js';
import { cursorOf } from '../services/userList.js';
import type { Loaders } from '../request.js';
import { ADMIN_ROLE, type UserRow, type UsersPage } from '../store/store.js';
import { sessionsOf } from './sessionsOf.js';
import { bySourceAndContext } from './sourceAndContext.js';

const dateOrNull = (at: number | null) => (at === null ? null : new Date(at));

export const user: UserResolvers = bySourceAndContext<UserResolvers>({
  roles: ({ id }, _args, context) => ours(context).loaders.rolesByUserId.load(id),
  scopes: async ({ id }, _args, context) => {
    const { loaders, services } = ours(context);
    return services.grants.scopesOf(
      await loaders.rolesByUserId.load(id),
      await loaders.roleTable(),
      await loaders.scopesByUserId?.load(id),
    );
  },
  createdAt: ({ createdAt }) => new Date(createdAt),
  lastLoginAt: ({ lastLoginAt }) => dateOrNull(lastLoginAt),
  disabledAt: ({ disabledAt }) => dateOrNull(disabledAt),
  sessions: ({ id }, _args, context) => sessionsOf(id, ours(context).loaders),
});

export const role: RoleResolvers = bySourceAndContext<RoleResolvers>({
  scopes: async ({ name, scopes }, _args, context) => {
    if (name !== ADMIN_ROLE) return scopes;
    const { loaders, services } = ours(context);
    return services.grants.scopesOf([name], await loaders.roleTable());
  },
});

function expected({ users }: UsersPage, loaders: Loaders): UserRow[] {
  const ids = () => users.map(({ id }) => id);
  loaders.userById.expect(ids);
  loaders.rolesByUserId.expect(ids);
  loaders.liveSessionsByUserId.expect(ids);
  return users;
}

export const userConnection: UserConnectionResolvers = bySourceAndContext<UserConnectionResolvers>({
  edges: ({ page }, _args, context) => expected(page, ours(context).loaders),
  nodes: ({ page }, _args, context) => expected(page, ours(context).loaders),
  pageInfo: ({ page }) => ({
    hasNextPage: page.hasNextPage,
    hasPreviousPage: page.hasPreviousPage,
    startCursor: page.users[0] ? cursorOf(page.users[0]) : null,
    endCursor: page.users.length > 0 ? cursorOf(page.users[page.users.length - 1]!) : null,
  }),
  totalCount: (list) => list.totalCount(),
});

export const userEdge: UserEdgeResolvers = bySourceAndContext<UserEdgeResolvers>({
  cursor: (row) => cursorOf(row),
  node: (row) => row,
});
