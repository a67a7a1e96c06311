import { existsSync, readFileSync } from 'node:fs';
import { loadConfig, type Environment, type SettingsInput } from '../config.js';
import { completeOptions, type GuardOptions } from '../directives/options.js';
import { problemsOf } from '../directives/problems.js';
import type { Log } from '../log.js';
import type { CounterStore } from '../store/limiter.js';
import type { Store } from '../store/store.js';
import { systemClock, type Clock } from '../time.js';
import { withAccountPolicies } from './accountPolicies.js';
import type { ApiChanges } from './apiProblems.js';
import { importModule } from './importModule.js';
import type { PartsToOpen } from './openParts.js';
import { omittedForOwnUsers, type OwnUser, type OwnUsers } from './ownUsers.js';
import { renameApi } from './renaming.js';
import { createSchemaSide, type SchemaSide, type SchemaSideOptions } from './schemaSide.js';
import { stderrLog } from './stderrLog.js';

/**
 * What `createAuth` takes: every setting of `docs/settings.md` (those of our own HTTP server have no effect here),
 * and the following.
 */
export interface AuthOptions<User extends OwnUser = OwnUser>
  extends SettingsInput, Omit<SchemaSideOptions, 'log' | 'filterIntrospection'> {
  /** A store of your own instead of `database`. It stays open: closing it is yours. */
  readonly store?: Store | undefined;
  /**
   * Users in a table of your own; the fields that would write to it or list it are left out of the API. Default: ours,
   * in the store.
   */
  readonly users?: OwnUsers<User> | undefined;
  /** Where attempts are counted. Default: the file of `database`; in memory beside a `store` of your own. */
  readonly counters?: CounterStore | undefined;
  /** Default: warnings and errors go to standard error, one line of JSON each. */
  readonly log?: Log | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  /** Variables that beat the settings in code, such as `process.env`. Default: none is read. */
  readonly env?: Environment | undefined;
}

/** The options, read and checked. */
export interface ReadOptions extends PartsToOpen {
  readonly schemaSide: SchemaSide;
}

/** What guards and the shape of the API take; everything else is a setting. */
const schemaOptions = [
  'mode',
  'onUnauthorized',
  'policies',
  'policyTimeout',
  'errors',
  'errorCode',
  'dryRun',
  'names',
  'omit',
] as const satisfies readonly (keyof AuthOptions)[];

const parts = ['store', 'users', 'counters', 'log', 'clock', 'env'] as const;

/** Throws one TypeError that lists every problem. Opens nothing; reads key files. */
export function readOptions(options: AuthOptions): ReadOptions {
  const given: AuthOptions = isRecord(options) ? options : {};
  const { env, store, users, counters, log = stderrLog, clock = systemClock } = given;
  const wrongParts = partProblems(given);
  const loaded = loadConfig({
    code: options,
    env: isRecord(env) ? env : {},
    otherOptions: [...schemaOptions, ...parts],
    readFile: (path) => readFileSync(path, 'utf8'),
    fileExists: existsSync,
    importModule,
    // What only tests may do must not slip into production because nobody has passed `env`.
    nodeEnv: process.env['NODE_ENV'],
  });
  const filterIntrospection = 'config' in loaded && loaded.config.filterIntrospection;
  const wrong = [...wrongParts, ...schemaProblems(given)];
  if ('config' in loaded && wrong.length === 0) {
    const { config } = loaded;
    const schemaSide = createSchemaSide({ ...schemaOptionsOf(given), log, filterIntrospection });
    return { config, store, users, counters, log, clock, schemaSide };
  }
  const problems = [...('problems' in loaded ? loaded.problems : []), ...wrong];
  throw new TypeError(`createAuth: ${problems.length === 1 ? '' : '\n- '}${problems.join('\n- ')}`);
}

function schemaOptionsOf(options: AuthOptions): GuardOptions & ApiChanges {
  const own = schemaOptions.flatMap((name) =>
    options[name] === undefined ? [] : [[name, options[name]] as const],
  );
  const omit = [...(options.users ? omittedForOwnUsers : []), ...(options.omit ?? [])];
  return { ...Object.fromEntries(own), omit };
}

function schemaProblems(options: AuthOptions): string[] {
  // Of what has not even the form nothing more is to be said.
  const { names, omit, ...guarding } = schemaOptionsOf({
    ...options,
    ...(changesProblems(options).length > 0 && { names: {}, omit: [] }),
  });
  return [
    ...problemsOf(() => renameApi({ names, omit })),
    ...problemsOf(() => completeOptions(guarding)),
    ...problemsOf(() => isRecord(guarding.policies) && withAccountPolicies(guarding.policies)),
  ];
}

const shapes = {
  store: [['openSession', 'rotate', 'sessionState'], 'what openStore answers'],
  users: [
    ['findByIds', 'authenticate', 'grantsOf'],
    'an object with the functions findByIds(ids), authenticate({ email, password }) and grantsOf(user)',
  ],
  counters: [['counter', 'prune'], 'what openLimiter answers'],
  log: [['debug', 'info', 'warn', 'error'], 'a logger with debug, info, warn and error'],
  clock: [['now'], 'a clock: { now: () => Date.now() }'],
} as const satisfies Record<string, readonly [readonly string[], string]>;

function partProblems(options: AuthOptions): string[] {
  const { env } = options as Record<string, unknown>;
  const problems = Object.entries(shapes).flatMap(([name, [verbs, expected]]) => {
    const part = options[name as keyof typeof shapes] as Record<string, unknown> | undefined;
    if (part === undefined) return [];
    const isWhole =
      typeof part === 'object' &&
      part !== null &&
      verbs.every((verb) => typeof part[verb] === 'function');
    return isWhole ? [] : [`${name} must be ${expected}.`];
  });
  if (isRecord(options.clock) && typeof options.clock.now === 'function') {
    problems.push(...timeProblems(options.clock));
  }
  if (options.store !== undefined && options.database !== undefined) {
    problems.push('store and database are both set. Set one of them.');
  }
  if (env !== undefined && !isRecord(env)) problems.push('env must be an object: process.env.');
  return [...problems, ...changesProblems(options)];
}

/** Engines keep times as whole numbers, and would say so only in their own words. */
function timeProblems(clock: Clock): string[] {
  const time: unknown = clock.now();
  if (Number.isSafeInteger(time)) return [];
  const got = typeof time === 'number' ? String(time) : typeof time;
  return [
    `clock: now() must answer whole milliseconds since 1970, as Date.now() does; it answers ${got}. Write { now: () => Date.now() }.`,
  ];
}

function changesProblems(options: AuthOptions): string[] {
  const { names, omit } = options as Record<string, unknown>;
  const problems: string[] = [];
  if (names !== undefined && !isRecord(names)) {
    problems.push("names must be an object: { User: 'Account' }.");
  }
  if (
    omit !== undefined &&
    !(Array.isArray(omit) && omit.every((one) => typeof one === 'string'))
  ) {
    problems.push("omit must be a list of fields: ['Query.users'].");
  }
  return problems;
}

const isRecord = (value: unknown): value is Record<string, never> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
