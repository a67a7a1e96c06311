import { handlerSettings } from './handlerSettings.js';
import { jwtSettings } from './jwtSettings.js';
import { legacySettings } from './legacySettings.js';
import { keySettings } from './keySettings.js';
import { limitSettings, serverSettings } from './serverSettings.js';
import { sessionSettings } from './sessionSettings.js';
import type { Setting } from './setting.js';

/** Every setting but those of `jwt`. */
type PlainRows = typeof serverSettings &
  typeof keySettings &
  typeof sessionSettings &
  typeof legacySettings &
  typeof limitSettings;
/** Those of `jwt`. */
type JwtRows = typeof jwtSettings & typeof handlerSettings;
type Rows = Record<string, Setting<unknown, never>>;
type Values<R> = { readonly [K in keyof R]: R[K] extends Setting<infer T, never> ? T : never };
type Inputs<R> = {
  readonly [K in keyof R]?: R[K] extends Setting<unknown, infer In> ? In | undefined : never;
};

/** All settings as the program uses them: durations in seconds, sizes in bytes, unset = undefined. Frozen. */
export interface Config extends Values<PlainRows> {
  /** Whether NODE_ENV is "production"; anything else is development. */
  readonly production: boolean;
  readonly jwt: Values<JwtRows>;
}

/** All settings as a program may pass them: durations as `'5m'` or a number of seconds. */
export interface SettingsInput extends Inputs<PlainRows> {
  readonly jwt?: Inputs<JwtRows> | undefined;
}

/** One row with its three names. */
export interface Entry {
  readonly key: string;
  readonly inJwt: boolean;
  /** `expirationDelta` of `jwt` is `jwt.expirationDelta`. */
  readonly code: string;
  /** Without the dashes. */
  readonly flag: string;
  /** In order of precedence. */
  readonly env: readonly [string, ...string[]];
  readonly setting: Setting<unknown, unknown>;
}

export interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

const words = (key: string): string[] => key.split(/(?=[A-Z])/).map((word) => word.toLowerCase());

function entriesOf(rows: Rows, inJwt: boolean): Entry[] {
  return Object.entries(rows).map(([key, row]) => {
    const parts = inJwt ? ['jwt', ...words(key)] : words(key);
    const variable = (inJwt ? parts : ['gatehouse', ...parts]).join('_').toUpperCase();
    const setting = row as unknown as Setting<unknown, unknown>;
    return {
      key,
      inJwt,
      code: inJwt ? `jwt.${key}` : key,
      flag: parts.join('-'),
      env: setting.alsoEnv === null ? [variable] : [variable, setting.alsoEnv],
      setting,
    };
  });
}

/** The table of settings, in the order of help texts and documentation. */
export const groups: readonly Group[] = [
  { title: 'Server', entries: entriesOf(serverSettings, false) },
  { title: 'Tokens', entries: entriesOf(jwtSettings, true) },
  { title: 'Handlers', entries: entriesOf(handlerSettings, true) },
  { title: 'Keys', entries: entriesOf(keySettings, false) },
  { title: 'Sessions and accounts', entries: entriesOf(sessionSettings, false) },
  { title: 'Moving from Django', entries: entriesOf(legacySettings, false) },
  { title: 'Limits', entries: entriesOf(limitSettings, false) },
];

export const entries: readonly Entry[] = groups.flatMap((group) => group.entries);
