import { fileURLToPath } from 'node:url';
import { LIFETIME } from './harness/world.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A script of `contenders/`, on the file that is not Gatehouse's. */
const script = (name) => (world) => ({
  args: [fileURLToPath(new URL(`./contenders/${name}.mjs`, import.meta.url))],
  env: {
    BENCH_DATABASE: world.files.others,
    BENCH_ALGORITHM: world.algorithm,
    BENCH_KEY: world.keys.verifying,
  },
});

/** The real command, with every protection at its default. */
const serve = ({ folder, files, algorithm, keys }) => ({
  args: [`${root}dist/cli/main.js`, 'serve'],
  cwd: folder,
  env: {
    GATEHOUSE_HOST: '127.0.0.1',
    GATEHOUSE_PORT: '0',
    GATEHOUSE_DATABASE: files.gatehouse,
    JWT_ALGORITHM: algorithm,
    JWT_EXPIRATION_DELTA: String(LIFETIME),
    ...('secret' in keys
      ? { JWT_SECRET_KEY: keys.secret }
      : { JWT_PRIVATE_KEY: keys.privateKey, JWT_PUBLIC_KEY: keys.publicKey }),
  },
});

/**
 * What is measured. `start(world)` says how the process is started; `guards: false` for one that refuses nobody.
 */
export const contenders = {
  bare: { title: 'bare `node:http` + jsonwebtoken', start: script('bare') },
  gatehouse: { title: '**Gatehouse**', start: serve },
  apollo: { title: 'Apollo Server, no auth', guards: false, start: script('apollo') },
  'apollo-shield': {
    title: 'Apollo Server + jsonwebtoken + graphql-shield',
    start: script('apolloShield'),
  },
  'apollo-directives': {
    title: 'Apollo Server + jsonwebtoken + directives by `mapSchema`',
    start: script('apolloDirectives'),
  },
  yoga: { title: 'Yoga + plugin-jwt + generic-auth', start: script('yoga') },
  'yoga-key': {
    title: 'Yoga + plugin-jwt, given a `KeyObject`, + generic-auth',
    start: script('yogaKey'),
  },
  mercurius: {
    title: 'Mercurius + mercurius-auth + fast-jwt, everything on',
    start: script('mercurius'),
  },
  constant: {
    title: '`node:http`, a constant',
    guards: false,
    start: script('constant'),
  },
};
