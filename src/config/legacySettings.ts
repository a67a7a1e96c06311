import { legacyTokens } from './legacyKind.js';
import { optional } from './setting.js';

/** What is only there to be taken away again. */
export const legacySettings = {
  legacyTokens: optional(legacyTokens, {
    help: 'Access tokens of a Django system that are accepted in addition to ours, so that a move logs nobody out: see docs/from-django.md. The environment and the flag take JSON, code takes an object.',
  }),
};
