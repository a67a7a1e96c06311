import type { Config, Entry } from '../config.js';
import { homesOf, type Purpose } from '../services/keys.js';
import type { KeyRow } from '../store/store.js';
import { toSeconds } from '../time.js';
import { jsonFlag, type Call, type Command } from './command.js';
import { exitCodes, usageError, type ExitCode } from './exitCodes.js';
import { inspectLegacy } from './legacyInspection.js';
import { inspectToken, isoOf, type Inspection } from './inspection.js';
import type { Io } from './io.js';
import { printable } from './table.js';
import { judgeSignature, purposeOf, type SignatureVerdict } from './tokenKeys.js';
import { withExistingStore } from './withStore.js';

/** `gatehouse token inspect`. Asks no server; reads the database only for its keys, and where it is named. */
export const tokenInspect: Command = {
  name: 'token inspect',
  summary: 'Decode a token and say what is wrong with it (exit code 5), without asking a server.',
  positionals: ['[TOKEN]'],
  flags: [jsonFlag],
  takes: (entry: Entry) =>
    entry.inJwt || ['database', 'masterKey', 'legacyTokens'].includes(entry.code),
  async run(call, io) {
    const given = call.positionals[0] ?? '-';
    const token = (given === '-' ? await io.readStdin() : given)
      .trim()
      .replace(/^(bearer|jwt) +/i, '');
    if (token === '') {
      throw usageError('TOKEN is missing. Write: gatehouse token inspect TOKEN, or pipe it in.');
    }
    const { jwt } = call.config;
    const inspection = inspectToken(token, jwt, toSeconds(io.clock.now()));
    const print = (report: Report, text: string): ExitCode => {
      io.stdout(call.isSet('json') ? `${JSON.stringify(report, null, 2)}\n` : text);
      return report.problems.length === 0 ? exitCodes.done : exitCodes.found;
    };
    const legacy = inspectLegacy(token, call.config, io.clock.now());
    // By our own rules nothing of such a token is right.
    if (legacy !== null) {
      const report = { ...inspection, ...legacy };
      const note = legacy.signature === 'unchecked' ? 'see the problems' : null;
      return print(report, textOf(report, note, 'Token of another system, by legacyTokens'));
    }
    const handler = handlerOf(jwt, inspection);
    const verdict =
      handler === null
        ? judgeSignature(token, inspection, {
            settings: { ...call.config, ...jwt },
            rows: await storedKeys(call, io, purposeOf(inspection)),
            now: io.clock.now(),
          })
        : ({ signature: 'unchecked' } as const);
    const problems =
      verdict.signature === 'wrong'
        ? [`The signature is wrong: ${verdict.why}.`, ...inspection.problems]
        : inspection.problems;
    const report = { ...inspection, signature: verdict.signature, problems };
    return print(report, textOf(report, handler && `${handler} has a part in it`));
  },
};

/** What has a part in the signature, so that the keys at hand say nothing of it: nobody's code is run here. */
function handlerOf(
  { decodeHandler, getUserSecretKey }: Config['jwt'],
  { tokenType }: Inspection,
): string | null {
  if (getUserSecretKey !== undefined) return 'jwt.getUserSecretKey';
  return tokenType !== 'REFRESH' && decodeHandler !== undefined ? 'jwt.decodeHandler' : null;
}

async function storedKeys(call: Call, io: Io, purpose: Purpose): Promise<KeyRow[]> {
  let keys: KeyRow[] = [];
  // Keys of the settings come before those of the store, which then need not be there.
  const isInSettings = homesOf({ ...call.config, ...call.config.jwt })[purpose] === 'settings';
  if (!call.isGiven('database') || isInSettings) return keys;
  await withExistingStore(call, io, async (store) => {
    keys = await store.keys();
    return exitCodes.done;
  });
  return keys;
}

type Report = Inspection & Pick<SignatureVerdict, 'signature'>;

const kinds = { ACCESS: 'Access token', REFRESH: 'Refresh token' };
const signatures = {
  right: 'right',
  wrong: 'wrong',
  unchecked: 'not checked; give its key by JWT_SECRET_KEY, or the store that has it by --database',
};
const times: readonly string[] = ['iat', 'exp', 'nbf', 'orig_iat', 'auth_time'];

function textOf(
  { tokenType, header, claims, signature, problems }: Report,
  /** Why the signature was not checked, where no key was missing. */
  unchecked: string | null,
  kind = tokenType === null ? 'Not a token of Gatehouse' : kinds[tokenType],
): string {
  const verdict = unchecked === null ? signatures[signature] : `not checked; ${unchecked}`;
  return [
    kind,
    ...membersOf('Header', header),
    ...membersOf('Claims', claims),
    `Signature: ${verdict}`,
    ...(problems.length === 0 ? ['No problem found.'] : ['Problems:']),
    ...problems.map((problem) => `- ${problem}`),
    '',
  ]
    .map(printable)
    .join('\n');
}

function membersOf(title: string, members: Inspection['header']): string[] {
  if (members === null) return [];
  const lines = Object.entries(members).map(([name, value]) => {
    const time = times.includes(name) && Number.isInteger(value) ? `  ${isoOf(value)}` : '';
    return `  ${name.padEnd(9)}  ${JSON.stringify(value)}${time}`;
  });
  return [`${title}:`, ...lines];
}
