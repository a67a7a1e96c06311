import { AuthError } from '../errors.js';
import { MAX_ROWS } from '../limits/limits.js';
import { andThen, type MaybePromise } from '../outcome.js';
import type { Loaders } from '../request.js';
import type { SessionRow } from '../store/store.js';

/** The live sessions of a user, where they still fit into the answer. */
export const sessionsOf = (userId: string, loaders: Loaders): MaybePromise<SessionRow[] | null> =>
  andThen(loaders.liveSessionsByUserId.load(userId), (rows) => {
    const admitted = loaders.admitRows(rows.length);
    if (admitted === 'fit') return rows;
    if (admitted === 'refused again') return null;
    const excess = { limit: 'maxRows', allowed: MAX_ROWS, count: MAX_ROWS + 1 };
    throw new AuthError('DOCUMENT_TOO_COMPLEX', excess);
  });
