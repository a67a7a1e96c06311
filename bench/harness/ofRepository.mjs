import { createRequire } from 'node:module';

/** Requires what the server itself has: the bench has copies of its own for the contenders, of graphql too. */
export const ofRepository = createRequire(new URL('../../package.json', import.meta.url));
