/** The door to keys: how they are imported, generated, derived and put into rings. */
export { isAlgorithm, isSymmetric, type Algorithm } from './algorithms.js';
export { publicJwk, type PublicJwk } from './asymmetric.js';
export { deriveRefreshSecret } from './derive.js';
export { guessAlgorithm } from './guessAlgorithm.js';
export { generateKid, generatePemPair, generateSecret, looksLikeFlag } from './generate.js';
export { importJwk } from './importJwk.js';
export { importKeyPair, importPem } from './importPem.js';
export { importSecret } from './importSecret.js';
export { legacyKeys } from './legacyKeys.js';
export { createKeyRing, type KeyRing } from './keyRing.js';
export type { RandomBytes, TokenKey } from './tokenKey.js';
