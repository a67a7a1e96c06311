import { masterKey } from './keyKinds.js';
import { duration } from './kinds.js';
import { optional, setting } from './setting.js';

/** How keys that the database keeps turn over, and what protects them. */
export const keySettings = {
  keyPublishDelay: setting(duration('10m'), {
    default: 600,
    help: 'How long the public key of a new pair is published before the pair signs: set it longer than other verifiers cache the keys. A new secret waits 2 s.',
  }),
  masterKey: optional(masterKey, {
    unset: 'none: keys are kept as they are',
    help: 'Encrypts the secrets and private keys in the database, including those already there. Keep it apart from the database and its backups; without it nobody can log in again.',
  }),
};
