import type { GraphQLSchema } from 'graphql';
import type { AuthError } from '../errors.js';
import type { Log } from '../log.js';
import { fieldsIn } from './copies.js';
import type { ViewerJudge } from './viewerJudge.js';

/** What becomes of a denial: it is thrown, or noted. */
export type Deny = (denial: AuthError) => void;

interface Denying {
  readonly dryRun: boolean;
  /** Coordinates of fields that are denied in a dry run, too. */
  readonly alwaysDenied: readonly string[];
  /** Whether a field with this resolver is. */
  readonly isAlwaysDenied: (resolver: unknown) => boolean;
  readonly log: Log;
}

/** Makes what becomes of the denials of one execution of the schema. */
export function createDenying(
  schema: GraphQLSchema,
  { dryRun, alwaysDenied, isAlwaysDenied, log }: Denying,
) {
  if (!dryRun) return (): Deny => throwIt;
  const always = new Set(alwaysDenied);
  for (const { coordinate, field } of fieldsIn(schema)) {
    if (isAlwaysDenied(field.resolve)) always.add(coordinate);
  }
  return (viewer: ViewerJudge): Deny => {
    const noteIt = note(viewer, log);
    return (denial) => {
      const [field = ''] = String(denial.extensions['coordinate']).split('(', 1);
      return (always.has(field) ? throwIt : noteIt)(denial);
    };
  };
}

const throwIt: Deny = (denial) => {
  throw denial;
};

/** Each coordinate and directive once, however many rows. */
function note({ credential }: ViewerJudge, log: Log): Deny {
  const noted = new Set<string>();
  const viewer = credential.kind === 'valid' ? credential.viewer.id : null;
  return ({ code, extensions: { coordinate, directive, reason } }) => {
    const key = `${String(coordinate)} ${String(directive)}`;
    if (noted.has(key)) return;
    noted.add(key);
    log.warn(
      { coordinate, directive, code, reason, viewer },
      `Would be denied: ${String(coordinate)} by ${String(directive)}.`,
    );
  };
}
