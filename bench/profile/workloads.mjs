/** What is asked of the server, over and over. `prepare(world, count)` gives what `client.run` takes. */
import { requestBytes } from './client.mjs';

const READ = '{ me { id email roles } }';
const LIST = '{ users(first: 50) { nodes { id email roles } } }';
const INCLUDED =
  'query ($yes: Boolean!) { me { ...shown } } fragment shown on User { id email @include(if: $yes) roles }';
const REFRESH =
  'mutation ($token: String!) { refreshToken(input: { refreshToken: $token }) { accessToken refreshToken } }';
const LOGIN =
  'mutation ($email: String!, $password: String!) { login(input: { email: $email, password: $password }) { accessToken refreshToken } }';

const cycle = (requests) => {
  let at = 0;
  return () => requests[at++ % requests.length];
};

const contains = (part) => (body) => {
  if (!body.includes(part)) throw new Error(`Expected ${part} in ${body}`);
};

/** A thousand tokens, each of which the server has seen. */
const warm = (query, part, variables) => (world) => {
  const tokens = world.sessions.flatMap((session) =>
    Array.from({ length: 10 }, () => world.accessToken(session)),
  );
  const requests = tokens.map((token) => requestBytes({ query, variables, token }));
  return { next: cycle(requests), check: contains(part) };
};

const asAdmin = (query, part) => (world) => {
  const token = world.accessToken(world.sessions[0]);
  return { next: cycle([requestBytes({ query, token })]), check: contains(part) };
};

/** Each token is seen once. */
const cold = (query, part) => (world, count) => {
  const requests = Array.from({ length: count }, (_, n) => {
    const token = world.accessToken(world.sessions[n % world.sessions.length]);
    return requestBytes({ query, token });
  });
  return { next: cycle(requests), check: contains(part) };
};

/** Each connection has a session of its own, and renews what it was given last. */
function refresh(world) {
  const tokens = world.sessions.map((session) => world.refreshToken(session));
  return {
    next: (lane) => requestBytes({ query: REFRESH, variables: { token: tokens[lane] } }),
    check(body, lane) {
      const token = JSON.parse(body).data?.refreshToken?.refreshToken;
      if (token === undefined) throw new Error(body);
      tokens[lane] = token;
    },
  };
}

/** Each has an address of their own. */
function login(world) {
  const requests = world.sessions.map((_, n) =>
    requestBytes({
      query: LOGIN,
      variables: { email: `person${n}@example.com`, password: world.password },
      address: `198.51.100.${n}`,
    }),
  );
  return { next: cycle(requests), check: contains('"refreshToken":"ey') };
}

/** Another signature. */
function rejected(world) {
  const [head, payload] = world.accessToken(world.sessions[1]).split('.');
  const token = `${head}.${payload}.${'A'.repeat(43)}`;
  const bytes = requestBytes({ query: '{ session { id } }', token });
  return { next: () => bytes, check: contains('TOKEN_INVALID') };
}

export const workloads = {
  read: { title: 'guarded read, warm token', prepare: warm(READ, '"roles"') },
  list: { title: 'guarded list of 50', prepare: asAdmin(LIST, 'person49') },
  cold: { title: 'guarded read, cold token', prepare: cold(READ, '"roles"') },
  included: {
    title: 'guarded read, under a condition',
    prepare: warm(INCLUDED, '"email"', { yes: true }),
  },
  refresh: { title: 'refresh', prepare: refresh },
  // A tenth as many: a login takes as long as a hundred reads.
  login: { title: 'login', prepare: login, part: 0.1, env: { GATEHOUSE_TRUST_PROXY: 'loopback' } },
  rejected: { title: 'rejected token', prepare: rejected },
};
