export { testClock, type TestClock } from '../../src/testing/testClock.js';
