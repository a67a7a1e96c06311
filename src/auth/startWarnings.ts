import type { Config } from '../config.js';
import type { Log } from '../log.js';
import { formatDuration } from '../time.js';

/** Seconds. RFC 7519 §4.1.4: a leeway is usually no more than a few minutes. */
const A_FEW_MINUTES = 300;

/** Says at the start what is insecure on purpose, and what is half set; in production also what is insecurely long. */
export function warnAtStart(config: Config, log: Log): void {
  const { jwt } = config;
  const { verify, verifyExpiration, encodeHandler, decodeHandler } = jwt;
  if (!verify) {
    log.warn(
      {},
      'jwt.verify is false: the signature of access tokens is not checked, so whoever knows the ids of a user and of a session is that user. For tests only; production refuses it.',
    );
  }
  if (!verifyExpiration) {
    log.warn(
      {},
      'jwt.verifyExpiration is false: an access token is good for as long as its session. For tests only; production refuses it.',
    );
  }
  if (encodeHandler !== undefined && decodeHandler === undefined) {
    log.warn(
      {},
      'jwt.encodeHandler is set and jwt.decodeHandler is not: its tokens are read by our own verifying, and refused unless a key of the ring has signed them as at+jwt.',
    );
  }
  if (decodeHandler !== undefined && encodeHandler === undefined) {
    log.warn(
      {},
      'jwt.decodeHandler is set and jwt.encodeHandler is not: it must read the tokens that our own signing makes.',
    );
  }
  if (config.production) warnOfLengths(config, log);
}

function warnOfLengths({ jwt: { leeway }, refreshReuseInterval }: Config, log: Log): void {
  if (leeway > A_FEW_MINUTES) {
    log.warn(
      {},
      `jwt.leeway is ${formatDuration(leeway)}: every access token, a stolen one too, is accepted for that long after its exp. It is there for clocks that differ, which asks for no more than a few minutes (RFC 7519 §4.1.4); a longer life of tokens is jwt.expirationDelta.`,
    );
  }
  if (refreshReuseInterval > A_FEW_MINUTES) {
    log.warn(
      {},
      `refreshReuseInterval is ${formatDuration(refreshReuseInterval)}: whoever has copied a refresh token gets its owner's new pair for that long after it was spent, and nobody notices. It is there for two tabs and lost answers, which asks for seconds.`,
    );
  }
}
