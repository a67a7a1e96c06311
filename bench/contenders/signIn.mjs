/** Who logs people in by email and password, on all cores. `request(n)` is the login of account n. */
import { fileURLToPath } from 'node:url';
import { startServer } from '../workloads/parts/machine.mjs';
import { serverEnv } from '../workloads/parts/sessions.mjs';
import { bodyOf, graphqlBytes, requestBytes } from '../workloads/parts/wire.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
/** Of better-auth: it makes each by itself, at a hash each. */
const ACCOUNTS = 8;
const LOGIN =
  'mutation Login($email: String!, $password: String!) { login(input: { email: $email, password: $password }) { accessToken refreshToken } }';

export const ours = {
  name: 'gatehouse',
  title: '**Gatehouse**, argon2id',
  start: ({ file }) =>
    startServer([at('../../dist/cli/main.js'), 'serve'], {
      env: serverEnv(file, { GATEHOUSE_TRUST_PROXY: 'loopback' }),
      core: null,
    }),
  // An address each, as a hundred people have: one address alone may try a hundred times in a quarter of an hour.
  request: ({ emails, password }, n) =>
    graphqlBytes(LOGIN, { email: emails[n], password }, undefined, {
      'x-forwarded-for': `198.51.${n >> 8}.${n & 255}`,
    }),
  isIn: (answer) => answer.includes('"refreshToken":"ey'),
};

export const betterAuth = {
  name: 'better-auth',
  title: 'better-auth, scrypt',
  start: ({ path, password }, core = null) =>
    startServer([at('signIn/betterAuthServer.mjs')], {
      env: {
        BENCH_FILE: `${path}/better${core}.db`,
        BENCH_COUNT: String(ACCOUNTS),
        BENCH_PASSWORD: password,
      },
      core,
    }),
  request: ({ password }, n) =>
    requestBytes({
      path: '/api/auth/sign-in/email',
      headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1' },
      body: JSON.stringify({ email: `user${n % ACCOUNTS}@example.com`, password }),
    }),
  isIn: (answer) => /set-cookie: *better-auth\.session_token=/i.test(answer),
  cookieOf: (answer) => /set-cookie: *(better-auth\.session_token=[^;]+)/i.exec(answer)[1],
  check: (cookie) =>
    requestBytes({ method: 'GET', path: '/api/auth/get-session', headers: { cookie } }),
  isChecked: (answer) => bodyOf(answer).includes('"email":"user'),
};

/** Not a server that logs anybody in: what the hash alone allows. */
export const startHash = (hash, password) =>
  startServer([at('signIn/hashServer.mjs')], {
    env: { BENCH_HASH: hash, BENCH_PASSWORD: password },
    core: null,
  });
