/** Who refreshes: how each is started, asked, and how its answer is read. Each starts with `sessions` live chains. */
import { copyFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startServer } from '../workloads/parts/machine.mjs';
import {
  refreshKey,
  refreshKid,
  refreshTokenOf,
  SECRET,
  serverEnv,
} from '../workloads/parts/sessions.mjs';
import { graphqlBytes, requestBytes } from '../workloads/parts/wire.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const MUTATION =
  'mutation Refresh($token: String!) { refreshToken(input: { refreshToken: $token }) { accessToken refreshToken } }';

/** Each works on a copy of the same file. */
function copyOf({ path, file }, name) {
  const copy = `${path}/${name}.db`;
  copyFileSync(file, copy);
  return copy;
}

const gatehouse = (name, title, script, nodeArgs) => ({
  ...{ name, title },
  start: (world) =>
    startServer([at(script), 'serve'], {
      env: serverEnv(copyOf(world, name)),
      nodeArgs: [...nodeArgs, ...(world.nodeArgs ?? [])],
    }),
  firstTokens: ({ sessions }) => sessions.map(refreshTokenOf),
  request: (token) => graphqlBytes(MUTATION, { token }),
  tokenOf: (body) => JSON.parse(body).data.refreshToken.refreshToken,
});

export const ours = gatehouse('gatehouse', '**Gatehouse**', '../../dist/cli/main.js', []);

/** Ourselves with one commit a request: only the writer is another. */
export const commitAlone = gatehouse(
  'alone',
  'Gatehouse, one commit a request',
  '../../.modules/cli/main.js',
  ['--import', at('refresh/alone.mjs')],
);

export const bare = {
  name: 'bare',
  title: 'bare `node:http` + jsonwebtoken',
  start: (world) =>
    startServer([at('refresh/bareServer.mjs')], {
      env: {
        BENCH_FILE: copyOf(world, 'bare'),
        BENCH_ACCESS_KEY: Buffer.from(SECRET).toString('hex'),
        BENCH_REFRESH_KEY: refreshKey.toString('hex'),
        BENCH_REFRESH_KID: refreshKid,
        NODE_ENV: 'production',
      },
    }),
  firstTokens: ({ sessions }) => sessions.map(refreshTokenOf),
  request: (refreshToken) =>
    requestBytes({
      path: '/refresh',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken }),
    }),
  tokenOf: (body) => JSON.parse(body).refreshToken,
};

export const oidcProvider = {
  name: 'oidc-provider',
  title: 'oidc-provider, rotation, the same durability',
  start: ({ path, sessions }) =>
    startServer([at('refresh/oidcServer.mjs')], {
      env: {
        BENCH_FILE: `${path}/oidc.db`,
        BENCH_TOKENS: `${path}/oidc.json`,
        BENCH_COUNT: String(sessions.length),
        NODE_ENV: 'production',
      },
    }),
  firstTokens: ({ path }) => JSON.parse(readFileSync(`${path}/oidc.json`, 'utf8')),
  request: (token) =>
    requestBytes({
      path: '/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `grant_type=refresh_token&client_id=app&refresh_token=${token}`,
    }),
  tokenOf: (body) => JSON.parse(body).refresh_token,
};
