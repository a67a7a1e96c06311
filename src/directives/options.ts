import { silentLog, type Log } from '../log.js';
import { parseDuration, SECOND } from '../time.js';
import type { GuardMode } from './compile.js';
import {
  completePolicies,
  type ObjectPolicy,
  type Policies,
  type RequestPolicy,
} from './policies.js';
import { allOf } from './problems.js';
import type { ErrorCodes, ErrorPlace } from './respond.js';
import type { OnUnauthorized } from './staticPass.js';
import { refusesNothing, type OperationRule } from './operationRule.js';
import { didYouMean } from './suggest.js';

/** What `createGuards` takes. */
export interface GuardOptions {
  /**
   * `granular` (default): only what directives name is guarded. `protect-all`: every root field asks for a login as
   * well, unless it is `@public`; `__typename` and introspection of the root types stay open.
   */
  mode?: GuardMode | undefined;
  /**
   * `filter` (default): a denied field is null, the rest of the operation runs. `reject`: an operation any field of
   * which is denied does not run at all.
   */
  onUnauthorized?: OnUnauthorized | undefined;
  /**
   * `__schema` and `__type` show a viewer only what they may use. Which operations are valid stays as it is: a denied
   * field is denied, not unknown. Validation does not know the viewer, so suggestions would name anything: switch
   * them off in your server (`hideSuggestions`). Default: false.
   */
  filterIntrospection?: boolean | undefined;
  /** What `@policy` names (default: none). A policy that a directive names and nobody gives stops the start. */
  policies?: Policies | undefined;
  /**
   * How long an asynchronous policy may take before it denies: a number of seconds or `2s`, which is the default. It
   * is not interrupted; what it answers later counts for nothing.
   */
  policyTimeout?: number | string | undefined;
  /**
   * Where `respond` puts the denials of an answer. `errors` (default): where they came. `extensions`: under
   * `extensions.authorizationErrors`. `disabled`: nowhere, they are logged.
   */
  errors?: ErrorPlace | undefined;
  /**
   * The code that `respond` gives them. `gatehouse` (default): those of the catalogue. `router`:
   * `UNAUTHORIZED_FIELD_OR_TYPE`, as Apollo Router says it; the reason stays.
   */
  errorCode?: ErrorCodes | undefined;
  /**
   * Denies nothing of the embedder's, and logs what would be denied, each coordinate once per operation (default: false).
   */
  dryRun?: boolean | undefined;
  /** Coordinates of fields that are denied under `dryRun`, too, such as `Mutation.setUserRoles` (default: none). */
  alwaysDenied?: readonly string[] | undefined;
  /** Whether a field with this resolver is, too: another tool may have renamed it before `guard` (default: none). */
  isAlwaysDenied?: ((resolver: unknown) => boolean) | undefined;
  /** Where warnings about a schema, failures of policies and what was not reported go. Default: nowhere. */
  log?: Log | undefined;
  /**
   * Coordinates of the mutation fields that log somebody in, such as `Mutation.login` (default: none). Below them
   * everything is judged while it runs, by the viewer that `setPayload` has told. Those that a schema does not have count for nothing.
   */
  credentialFields?: readonly string[] | undefined;
  /** Whether a mutation field with this resolver logs somebody in, whatever it is called (default: none does). */
  isCredentialResolver?: ((resolver: unknown) => boolean) | undefined;
  /** Asked about a whole mutation before any field of it runs: an error refuses all of it. Default: nothing is. */
  refuses?: OperationRule | undefined;
}

export interface CompleteGuardOptions extends Required<
  Omit<GuardOptions, 'policies' | 'policyTimeout'>
> {
  policies: ReadonlyMap<string, RequestPolicy | ObjectPolicy>;
  /** Milliseconds. */
  policyTimeout: number;
}

const known: Record<keyof GuardOptions, true> = {
  mode: true,
  onUnauthorized: true,
  policies: true,
  policyTimeout: true,
  errors: true,
  errorCode: true,
  dryRun: true,
  alwaysDenied: true,
  isAlwaysDenied: true,
  filterIntrospection: true,
  log: true,
  credentialFields: true,
  isCredentialResolver: true,
  refuses: true,
};

/** Fills in the defaults. Throws one `TypeError` that lists every unknown name and value. */
export function completeOptions(options: GuardOptions): CompleteGuardOptions {
  const { mode, onUnauthorized, errors, errorCode, policies = {}, policyTimeout = 2 } = options;
  const { log = silentLog, refuses = refusesNothing } = options;
  const { isCredentialResolver = () => false, isAlwaysDenied = () => false } = options;
  const complete = allOf(
    {
      mode: (): GuardMode => oneOf('mode', mode, ['granular', 'protect-all']),
      onUnauthorized: (): OnUnauthorized =>
        oneOf('onUnauthorized', onUnauthorized, ['filter', 'reject']),
      policies: () => completePolicies(policies),
      policyTimeout: () => timeoutOf(policyTimeout),
      errors: (): ErrorPlace => oneOf('errors', errors, ['errors', 'extensions', 'disabled']),
      errorCode: (): ErrorCodes => oneOf('errorCode', errorCode, ['gatehouse', 'router']),
      dryRun: () => trueOrFalse('dryRun', options.dryRun),
      filterIntrospection: () => trueOrFalse('filterIntrospection', options.filterIntrospection),
      alwaysDenied: () => coordinatesIn('alwaysDenied', options.alwaysDenied),
      credentialFields: () => coordinatesIn('credentialFields', options.credentialFields),
    },
    () => Object.keys(options).forEach(assertKnown),
  );
  return { ...complete, log, refuses, isCredentialResolver, isAlwaysDenied };
}

function assertKnown(name: string): void {
  if (Object.hasOwn(known, name)) return;
  throw new TypeError(`there is no option "${name}".${didYouMean(name, Object.keys(known))}`);
}

function coordinatesIn(name: string, fields: readonly string[] = []): readonly string[] {
  for (const coordinate of fields) {
    if (/^\w+\.\w+$/.test(coordinate)) continue;
    throw new TypeError(`${name} are coordinates such as "Mutation.login", got "${coordinate}".`);
  }
  return fields;
}

function trueOrFalse(name: string, value: unknown = false): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(`${name} is true or false, got ${JSON.stringify(value)}.`);
}

/** Node fires at once what is set for later, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

function timeoutOf(policyTimeout: unknown): number {
  const isDuration = typeof policyTimeout === 'number' || typeof policyTimeout === 'string';
  const seconds = isDuration ? parseDuration(policyTimeout) : null;
  if (seconds !== null && seconds > 0 && seconds * SECOND <= LONGEST_TIMER) return seconds * SECOND;
  throw new TypeError(
    `policyTimeout is a number of seconds above 0 or a duration such as "2s", of at most 24 days, got ${JSON.stringify(policyTimeout)}.`,
  );
}

/** The first of the allowed values is the default. */
function oneOf<T extends string>(
  name: string,
  value: T | undefined,
  allowed: readonly [T, ...T[]],
): T {
  if (value === undefined) return allowed[0];
  if (allowed.includes(value)) return value;
  throw new TypeError(
    `${name} is ${allowed.map((each) => `"${each}"`).join(' or ')}, got "${String(value)}".${didYouMean(String(value), allowed)}`,
  );
}
