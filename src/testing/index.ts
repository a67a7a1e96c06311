/** For tests of programs that use this library: viewers, tokens and time without a running server. */
export { contextFor, type TestViewer } from './contextFor.js';
export { signedToken, type SignedTokenOptions } from './signedToken.js';
export { testClock, type TestClock } from './testClock.js';
