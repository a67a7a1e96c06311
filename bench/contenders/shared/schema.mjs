import { firstUsers, userById } from './data.mjs';

/** The part of Gatehouse's schema that is asked for; `guards` are the directives of a contender on it. */
export const typeDefs = ({ me = '', users = '', email = '' } = {}, directives = '') => `
  ${directives}
  type Query {
    me: User ${me}
    users(first: Int): UserConnection ${users}
  }
  type UserConnection { nodes: [User!]! }
  type User {
    id: ID!
    email: String ${email}
    roles: [String!]!
  }
`;

/** `context` has `viewer`, and `roles`, a DataLoader. */
export const resolvers = {
  Query: {
    me: (_, __, { viewer }) => viewer && userById(viewer.id),
    users: (_, { first }) => ({ nodes: firstUsers(first) }),
  },
  User: { roles: ({ id }, _, { roles }) => roles.load(id) },
};
