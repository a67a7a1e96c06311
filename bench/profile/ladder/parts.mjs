/** The parts of `gatehouse serve` that the rungs are built of. */
import { createServer } from 'node:http';
import { openParts } from '../../../.modules/auth/openParts.js';
import { configFromCode } from '../../../.modules/config.js';
import { authorizationValues } from '../../../.modules/context/bearer.js';
import { createLog } from '../../../.modules/server/log.js';
import { startServer } from '../../../.modules/server/app.js';
import { systemClock } from '../../../.modules/time.js';
import { ofRepository } from '../../harness/ofRepository.mjs';
import { SECRET } from '../world.mjs';

export const { makeExecutableSchema } = ofRepository('@graphql-tools/schema');

/** As `gatehouse serve` has them in production. */
export function configOf(database) {
  return configFromCode('ladder', {
    code: {
      database,
      port: 0,
      host: '127.0.0.1',
      introspection: false,
      explorer: false,
      jwt: { secretKey: SECRET },
    },
    env: {},
    nodeEnv: 'production',
    readFile: () => '',
  });
}

export const log = createLog({ level: 'info' });

export const openAuth = (config) => openParts({ config, log, clock: systemClock });

/** What everybody is answered below the rung that reads rows. */
export const person = {
  id: 'c232240d-9344-4c42-a5d0-c04301c7e995',
  email: 'person0@example.com',
  roles: [],
};

export const constantSchema = () =>
  makeExecutableSchema({
    typeDefs: 'type Query { me: User } type User { id: ID! email: String roles: [String!]! }',
    resolvers: { Query: { me: () => person } },
  });

export async function serveSchema(config, options) {
  const { url } = await startServer({
    ...config,
    production: true,
    limits: config,
    log,
    readiness: () => undefined,
    ...options,
  });
  return url;
}

export const factsOf = ({ rawHeaders, headers, address }) => ({
  authorization: authorizationValues(rawHeaders),
  origin: { address, userAgent: headers['user-agent'] ?? null },
});

export function serveNode(listener) {
  return new Promise((resolve) => {
    const server = createServer(listener).listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${server.address().port}/graphql`),
    );
  });
}
