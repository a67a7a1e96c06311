import { hash } from '@node-rs/argon2';
import { betterAuth } from '../contenders/signIn.mjs';
import { quotientOf, rowOf } from './parts/figures.mjs';
import { onLoadCore, startServer } from './parts/machine.mjs';
import { accessTokenOf, folder, makeSessions, serverEnv } from './parts/sessions.mjs';
import { flood, graphqlBytes, openLane } from './parts/wire.mjs';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PASSWORD = 'correct horse battery staple';
const PEOPLE = 8;
const LANES = 32;
const ME = '{ me { id email roles } }';

/** Who is it? The answers differ in form, so this is no part of the reads, whose data must be equal. */
export const session = {
  name: 'session',
  title: 'Session check',
  about:
    `Who is logged in, asked by ${PEOPLE} people: \`{ me { id email roles } }\` with an access token, against ` +
    '`GET /api/auth/get-session` with the cookie of better-auth (on `better-sqlite3`, without its cookie cache, which ' +
    'would go on trusting a session that was revoked). The forms of the answers differ.',
  type: 'own',
  baseline: 'better-auth',
  targets: [
    {
      text: '≥ 1 × better-auth',
      of: (rows) => quotientOf(rows, 'gatehouse', 'better-auth'),
      unit: '×',
      atLeast: 1,
    },
  ],
  async run({ rounds, seconds }) {
    const place = folder();
    const servers = [];
    try {
      const passwordHash = await hash(PASSWORD);
      const file = `${place.path}/session.db`;
      const made = await makeSessions(file, PEOPLE, { passwordHash });
      const own = await startServer([CLI, 'serve'], { env: serverEnv(file) });
      servers.push(own);
      const other = await betterAuth.start({ path: place.path, password: PASSWORD }, 0);
      servers.push(other);
      const asked = made.map((one) => graphqlBytes(ME, undefined, accessTokenOf(one)));
      const checks = await signIn(other.port);
      return await onLoadCore(() => measure({ own, other, asked, checks, rounds, seconds }));
    } finally {
      for (const server of servers) await server.stop();
      place.remove();
    }
  },
};

/** The check of each person, with the cookie of a sign-in of their own. */
async function signIn(port) {
  const lane = await openLane(port);
  const checks = [];
  for (let n = 0; n < PEOPLE; n++) {
    const answer = await lane.ask(betterAuth.request({ password: PASSWORD }, n));
    if (!betterAuth.isIn(answer)) throw new Error(`better-auth let nobody in: ${answer}`);
    checks.push(betterAuth.check(betterAuth.cookieOf(answer)));
  }
  lane.close();
  return checks;
}

async function measure({ own, other, asked, checks, rounds, seconds }) {
  const ask = (server, requests, check, duration = seconds) =>
    flood({
      ...{ port: server.port, count: LANES, seconds: duration, check },
      requestOf: (n) => requests[n % requests.length],
    });
  const ours = (duration) => ask(own, asked, (answer) => answer.includes('"me":{"id"'), duration);
  const theirs = (duration) => ask(other, checks, betterAuth.isChecked, duration);
  await ours(2);
  await theirs(2);
  const [base, rates] = [[], []];
  for (let round = 0; round < rounds; round++) {
    base.push(await theirs());
    rates.push(await ours());
  }
  return [
    rowOf('better-auth', 'better-auth', 'checks/s', base, { base }),
    rowOf('gatehouse', '**Gatehouse**', 'checks/s', rates, { base }),
  ];
}
