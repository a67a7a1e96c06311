import { legacyTokens } from './legacyKind.js';
import { optional } from './setting.js';

/** What is only there to be taken away again. */
export const legacySettings = {
  legacyTokens: optional(legacyTokens, {
    help: 'Access tokens of a Django system that are read beside ours, so that nobody is logged out by a move: see docs/from-django.md. The environment and the flag take JSON, code takes an object.',
  }),
};
