import type { AuthError } from '../errors.js';
import type { Log } from '../log.js';
import type { ViewerJudge } from './viewerJudge.js';

/** What becomes of a denial: it is thrown, or noted. */
export type Deny = (denial: AuthError) => void;

/** Makes what becomes of the denials of one execution. */
export function createDenying({ dryRun, log }: { dryRun: boolean; log: Log }) {
  return dryRun ? (viewer: ViewerJudge): Deny => note(viewer, log) : (): Deny => throwIt;
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
