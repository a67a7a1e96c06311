import type { Config } from '../config.js';
import type { Log } from '../log.js';

/** Says at the start what is insecure on purpose, and what is half set. */
export function warnAtStart(jwt: Config['jwt'], log: Log): void {
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
}
