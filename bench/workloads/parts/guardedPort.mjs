/** The schema with or without directives on a port: Apollo Server's own `startStandaloneServer` with `auth.plugins`. */
import { createAuth } from '../../../dist/index.js';
import { ofRepository } from '../../harness/ofRepository.mjs';
import { compiledPlugins, schemaOf } from './guardedServers.mjs';

const { ApolloServer } = ofRepository('@apollo/server');
const { startStandaloneServer } = ofRepository('@apollo/server/standalone');

const { BENCH_DATABASE: database, BENCH_SECRET: secretKey, BENCH_GUARDED } = process.env;
const auth = createAuth({ database, jwt: { secretKey } });
await auth.ready;
const schema = schemaOf(auth, (directive) => (BENCH_GUARDED === '1' ? directive : ''));
const server = new ApolloServer({ schema, plugins: compiledPlugins(auth) });
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: ({ req }) => auth.context({ headers: req.headers, address: req.socket.remoteAddress }),
});
console.log(`Listening on ${url}`);
process.once('SIGTERM', () => process.exit());
