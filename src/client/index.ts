/** The client's door: keeps somebody logged in, in browsers and in Node. Imports nothing of the server. */
export { createAuthClient } from './createAuthClient.js';
export type { AuthClientError, AuthProblem, EndReason } from './problem.js';
export type { ClientClock } from './clock.js';
export { cookieStorage } from './cookieStorage.js';
export type { AuthPayload } from './pair.js';
export type { AuthStorage } from './authStorage.js';
export { memoryStorage } from './storage.js';
export { handOver, takeOver } from './handOver.js';
export type {
  AuthClient,
  AuthClientOptions,
  AuthEvent,
  AuthResult,
  DefaultUser,
  Session,
} from './types.js';
