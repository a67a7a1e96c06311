// Members in a table that was there before, with their bcrypt hashes: it stays as it is, and stays yours.
import { makeExecutableSchema } from '@graphql-tools/schema';
import { compare, hash, hashSync } from 'bcryptjs';
import { GraphQLError } from 'graphql';
import { createAuth } from 'graphql-gatehouse';
import { createHandler } from 'graphql-http/lib/use/http';
import { createServer } from 'node:http';

// Version 12 does not run on Node.js 24, nor 13 on Node.js 20. Who has one Node.js imports `better-sqlite3` as usual.
const sqlite = process.versions.node < '22' ? 'better-sqlite3' : 'better-sqlite3-13';
const { default: Database } = await import(sqlite);

const db = new Database('members.db');
db.exec(`CREATE TABLE IF NOT EXISTS members
  (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT, hash TEXT, staff INTEGER, left_at INTEGER)`);
db.prepare(`INSERT OR IGNORE INTO members VALUES (1, 'ann@example.com', 'Ann', ?, 1, NULL)`).run(
  hashSync('a long sentence is fine', 10),
);

const byEmail = db.prepare('SELECT * FROM members WHERE email = ?');
const byIds = db.prepare('SELECT * FROM members WHERE id IN (SELECT value FROM json_each(?))');
const allIds = db.prepare('SELECT CAST(id AS TEXT) FROM members').pluck();
const userOf = (row) => row && { ...row, id: String(row.id), disabledAt: row.left_at };
const nobodysHash = await hash('of nobody', 10);

const users = {
  findByIds(ids) {
    const rows = new Map(byIds.all(JSON.stringify(ids)).map((row) => [String(row.id), row]));
    return ids.map((id) => userOf(rows.get(id)));
  },
  async authenticate({ email, password }) {
    const row = byEmail.get(email.trim().toLowerCase());
    // An unknown account takes as long as a wrong password.
    const isRight = await compare(password, row?.hash ?? nobodysHash);
    return isRight && row ? userOf(row) : null;
  },
  grantsOf: ({ staff }) => ({
    roles: staff ? ['staff'] : [],
    scopes: staff ? ['members:read', 'sessions:write'] : [],
  }),
};

const auth = createAuth({ database: 'sessions.db', users });

const typeDefs = `
  extend type User { name: String }
  extend type Query { members: [User!] @requiresScopes(scopes: [["members:read"]]) }
`;
const resolvers = {
  // What findByIds found is in `own`.
  User: { name: ({ own }) => own.name },
  Query: { members: (_parent, _args, { loaders }) => loaders.userById.loadMany(allIds.all()) },
};
const schema = auth.guard(
  makeExecutableSchema({
    typeDefs: [auth.typeDefs, typeDefs],
    resolvers: [auth.resolvers, resolvers],
  }),
);

const handler = createHandler({
  schema,
  context: (request) => auth.context(request),
  // What is no GraphQLError says that the request is none of GraphQL.
  formatError: (error) => (error instanceof GraphQLError ? auth.maskError(error) : error),
});
const server = createServer(handler);
server.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${server.address().port}/graphql`);
});
