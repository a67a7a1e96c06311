import { initial } from './0001Initial.js';
import { usernames } from './0002Usernames.js';

/** Migration n stands at n - 1. Append only: what was released once is never changed again. */
export const migrations: readonly string[] = [initial, usernames];
