import type { MaybePromise } from '../../outcome.js';
import type { LegacyRules } from '../../tokens/legacy.js';

/** Whose user a token of another system is; null = nobody's. */
export type LegacyUserId = (
  payload: Readonly<Record<string, unknown>>,
) => MaybePromise<string | null>;

/** What is known of the other system. Durations are seconds. */
export interface LegacySettings extends Omit<LegacyRules, 'now'> {
  /** Milliseconds since 1970. From then on no token of that system is accepted. */
  readonly until: number;
  /** The claim that names the user; undefined = the one of its kind. */
  readonly userClaim?: string | undefined;
  /** Takes the place of the look-up by `userClaim`. */
  readonly userId?: LegacyUserId | undefined;
}
