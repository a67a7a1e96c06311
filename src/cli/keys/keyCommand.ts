import type { Config, Entry } from '../../config.js';
import {
  createKeyAdministration,
  type KeyAdministration,
  type KeyAdministrationSettings,
  type KeyInfo,
  type Purpose,
} from '../../services/keys.js';
import type { Store } from '../../store/store.js';
import { isAlgorithm, type Algorithm } from '../../tokens/keys.js';
import type { Call, Flag } from '../command.js';
import { usageError } from '../exitCodes.js';
import type { Io } from '../io.js';
import { isoTime } from '../table.js';

/** Nobody's account: the command line answers to nobody. */
export const atTheConsole = { viewer: null };

const others = ['database', 'keyPublishDelay', 'masterKey', 'refreshSliding', 'sessionMaxAge'];

/** The settings that say where keys are kept, and how long the tokens live that they have signed. */
export const takesKeySettings = ({ inJwt, code }: Entry): boolean => inJwt || others.includes(code);

export const purposeFlag: Flag = {
  name: 'purpose',
  value: 'access|refresh',
  help: 'What the key signs. (Default: access)',
};

export const algorithmFlag: Flag = {
  name: 'algorithm',
  value: 'ALG',
  help: 'HS256, RS256, PS256, ES256 or their 384 and 512.',
};

export const settingsOf = (config: Config): KeyAdministrationSettings => ({
  ...config,
  ...config.jwt,
});

export const administrationOf = (store: Store, { config }: Call, io: Io): KeyAdministration =>
  createKeyAdministration({ store, clock: io.clock, settings: settingsOf(config) });

export function purposeOf(call: Call): Purpose {
  const purpose = call.value('purpose') ?? 'access';
  if (purpose === 'access' || purpose === 'refresh') return purpose;
  throw usageError(`--purpose must be access or refresh; it is "${purpose}".`);
}

/** Undefined where none was named. */
export function algorithmOf(call: Call): Algorithm | undefined {
  const algorithm = call.value('algorithm');
  if (algorithm === undefined || isAlgorithm(algorithm)) return algorithm;
  throw usageError(
    `--algorithm must be HS256, RS256, PS256, ES256 or their 384 and 512; it is "${algorithm}".`,
  );
}

/** What a command has made. */
export function announce(
  io: Io,
  { config }: Pick<Call, 'config'>,
  { kid, algorithm, purpose, signsFrom }: KeyInfo,
): void {
  const isNow = signsFrom <= io.clock.now();
  const when = isNow ? 'from now on' : `from ${isoTime(signsFrom)}`;
  const { algorithm: used } = config.jwt;
  const but =
    purpose === 'access' && algorithm !== used
      ? ` where JWT_ALGORITHM is ${algorithm}; here it is ${used}`
      : '';
  io.stdout(`The ${algorithm} key ${kid} signs ${purpose} tokens ${when}${but}.\n`);
}
