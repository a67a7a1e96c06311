/** For tests of programs that use this library: viewers, tokens and time without a running server. */
export { contextFor, type TestViewer } from './contextFor.js';
export { signedToken, type SignedTokenOptions } from './signedToken.js';
export { testClock, type TestClock } from './testClock.js';
// Declarations of a program that exports what `contextFor` answers have to name its types.
export type { Credential, Viewer, ViewerContext } from '../viewer.js';
