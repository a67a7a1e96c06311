/** From a server that answers a constant to the real one: each rung does what the one before it does, and one thing more. */
import { readJsonBody } from '../../../.modules/server/body.js';
import { createDocumentGate } from '../../../.modules/server/documentGate.js';
import { createListener } from '../../../.modules/server/listener.js';
import { send } from '../../../.modules/server/respond.js';
import { silentLog } from '../../../.modules/log.js';
import {
  configOf,
  constantSchema,
  factsOf,
  log,
  makeExecutableSchema,
  openAuth,
  person,
  serveNode,
  serveSchema,
} from './parts.mjs';

const answer = `${JSON.stringify({ data: { me: person } })}\n`;
const headers = { 'content-type': 'application/json; charset=utf-8' };

const constant = (to) => send(to, 200, headers, answer);
/** A response of Node that no listener of ours has seen. */
const plain = (response) => constant({ response, head: [] });
const requests = { begin: () => undefined, end: () => undefined };

/** Our listener around a handler that answers the constant within the limits. */
function serveListener(database, to) {
  const config = configOf(database);
  const admit = createDocumentGate(config);
  const endpoint = (exchange) =>
    readJsonBody(exchange.request, config.maxBodySize, ({ query, variables }) => {
      admit(query, variables);
      constant(exchange);
    });
  const options = { ...config, log: to, readiness: () => undefined };
  const parts = { endpoint, explorer: null, isStopping: () => false, requests };
  return serveNode(createListener(options, parts));
}

export const rungs = {
  constant: {
    title: '`node:http` that answers a constant',
    serve: () => serveNode((_request, response) => plain(response)),
  },
  body: {
    title: 'reading and parsing the body',
    serve: () =>
      serveNode((request, response) => {
        void readJsonBody(request, 1024 ** 2, () => plain(response));
      }),
  },
  limits: {
    title: 'limits: the document and its variables',
    serve(database) {
      const config = configOf(database);
      const admit = createDocumentGate(config);
      return serveNode((request, response) => {
        void readJsonBody(request, config.maxBodySize, ({ query, variables }) => {
          admit(query, variables);
          plain(response);
        });
      });
    },
  },
  listener: {
    title: 'request id, address, headers of every answer',
    serve: (database) => serveListener(database, silentLog),
  },
  log: {
    title: 'the log line',
    serve: (database) => serveListener(database, log),
  },
  apollo: {
    title: 'Apollo Server and graphql-js, on a schema of constants',
    serve: (database) =>
      serveSchema(configOf(database), { schema: constantSchema(), context: () => ({}) }),
  },
  session: {
    title: 'token and session check',
    async serve(database) {
      const config = configOf(database);
      const { auth } = await openAuth(config);
      const context = (request) => auth.context(factsOf(request));
      return serveSchema(config, { schema: constantSchema(), context });
    },
  },
  guards: {
    title: 'guards',
    async serve(database) {
      const config = configOf(database);
      const { auth } = await openAuth(config);
      const schema = makeExecutableSchema({ typeDefs: auth.typeDefs, resolvers: constants(auth) });
      return serveGuarded(config, auth, schema);
    },
  },
  rows: {
    title: 'resolvers and their rows',
    async serve(database) {
      const config = configOf(database);
      const { auth } = await openAuth(config);
      const { typeDefs, resolvers } = auth;
      return serveGuarded(config, auth, makeExecutableSchema({ typeDefs, resolvers }));
    },
  },
};

/** The row of the viewer without reading it; it has to be theirs, or the guards refuse its email. */
const constants = ({ resolvers }) => ({
  ...resolvers,
  Query: { ...resolvers.Query, me: (_, _args, { viewer }) => ({ ...person, id: viewer.id }) },
  User: { ...resolvers.User, roles: () => person.roles },
});

const serveGuarded = (config, auth, schema) =>
  serveSchema(config, {
    schema: auth.guard(schema),
    context: (request) => auth.context(factsOf(request)),
    judge: (operation) => auth.judge(operation),
  });
