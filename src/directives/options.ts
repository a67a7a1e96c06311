import { silentLog, type Log } from '../log.js';
import type { GuardMode } from './compile.js';
import type { OnUnauthorized } from './staticPass.js';

/** What `createGuards` takes. */
export interface GuardOptions {
  /**
   * `granular` (default): only what directives name is guarded. `protect-all`: every root field asks for a login as
   * well, unless it is `@public`; `__typename` and introspection of the root types stay open.
   */
  mode?: GuardMode;
  /**
   * `filter` (default): a denied field is null, the rest of the operation runs. `reject`: an operation any field of
   * which is denied does not run at all.
   */
  onUnauthorized?: OnUnauthorized;
  /**
   * `__schema` and `__type` show a viewer only what they may use. Which operations are valid stays as it is: a denied
   * field is denied, not unknown. Validation does not know the viewer, so suggestions would name anything: switch
   * them off in your server (`hideSuggestions`). Default: false.
   */
  filterIntrospection?: boolean;
  /** Where warnings about a schema go when it is guarded. Default: nowhere. */
  log?: Log;
  /**
   * Coordinates of the mutation fields that log somebody in, such as `Mutation.login` (default: none). Below them
   * everything is judged while it runs, by `context.payload`. Those that a schema does not have count for nothing.
   */
  credentialFields?: readonly string[];
}

export type CompleteGuardOptions = Required<GuardOptions>;

const known: Record<keyof GuardOptions, true> = {
  mode: true,
  onUnauthorized: true,
  filterIntrospection: true,
  log: true,
  credentialFields: true,
};

/** Fills in the defaults. Throws a `TypeError` for an unknown name or value. */
export function completeOptions(options: GuardOptions): CompleteGuardOptions {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    throw new TypeError(
      `createGuards: there is no option "${name}".${didYouMean(name, Object.keys(known))}`,
    );
  }
  const { mode, onUnauthorized, log = silentLog, credentialFields = [] } = options;
  const { filterIntrospection = false } = options;
  for (const coordinate of credentialFields) {
    if (/^\w+\.\w+$/.test(coordinate)) continue;
    throw new TypeError(
      `createGuards: credentialFields are coordinates such as "Mutation.login", got "${coordinate}".`,
    );
  }
  if (typeof filterIntrospection !== 'boolean') {
    throw new TypeError(
      `createGuards: filterIntrospection is true or false, got ${JSON.stringify(filterIntrospection)}.`,
    );
  }
  return {
    mode: oneOf('mode', mode, ['granular', 'protect-all']),
    onUnauthorized: oneOf('onUnauthorized', onUnauthorized, ['filter', 'reject']),
    filterIntrospection,
    log,
    credentialFields,
  };
}

/** The first of the allowed values is the default. */
function oneOf<T extends string>(name: string, value: T | undefined, allowed: readonly [T, T]): T {
  if (value === undefined) return allowed[0];
  if (allowed.includes(value)) return value;
  throw new TypeError(
    `createGuards: ${name} is ${allowed.map((each) => `"${each}"`).join(' or ')}, got "${String(value)}".${didYouMean(String(value), allowed)}`,
  );
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const [nearest] = candidates
    .map((candidate) => ({ candidate, away: distance(word, candidate) }))
    .sort((one, other) => one.away - other.away);
  if (nearest === undefined || nearest.away > 1 + word.length / 3) {
    return ` There are: ${candidates.join(', ')}.`;
  }
  return ` Did you mean "${nearest.candidate}"?`;
}

/** Levenshtein's, without regard to case. */
function distance(one: string, other: string): number {
  const from = one.toLowerCase();
  const to = other.toLowerCase();
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
