/** The door to the keys of this server: those that sign and verify now, and how they turn over. */
export {
  createKeyAdministration,
  infoOf,
  type KeyAdministration,
  type KeyAdministrationSettings,
  type KeyInfo,
} from './keys/administration.js';
export { homesOf, type KeySettings, type Purpose } from './keys/home.js';
export { createKeys, type Keys } from './keys/keys.js';
export { listKeys, usableKeys, type KeyState, type ListedKey } from './keys/listing.js';
export { createWellKnown, jwksPath, type WellKnown } from './keys/wellKnown.js';
