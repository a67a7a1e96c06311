import type { Config } from '../config.js';
import type { Log } from '../log.js';
import { askUserId } from '../services/handlers/userId.js';
import type { LegacySettings } from '../services/legacy/settings.js';
import type { Clock } from '../time.js';
import { legacyKeys } from '../tokens/keys.js';

/** What the services need to know of another system's tokens, with its keys made; undefined where none are read. */
export function legacySettingsOf(
  { legacyTokens, jwt }: Config,
  { clock, log }: { clock: Clock; log: Log },
): LegacySettings | undefined {
  if (legacyTokens === undefined) return undefined;
  const { until } = legacyTokens;
  if (clock.now() >= until) {
    log.warn(
      { until: new Date(until).toISOString() },
      'legacyTokens.until has passed: tokens of the old system are refused. Take the setting out.',
    );
  }
  const { payloadGetUserIdHandler: handler, leeway } = jwt;
  return {
    ...legacyTokens,
    keys: legacyKeys(legacyTokens, jwt),
    leeway,
    userId: handler && ((payload) => askUserId(handler, payload)),
  };
}
