import { expect, test } from '@jest/globals';
import { runTs } from '../support/child.js';

const refresher = new URL('kept/refresher.ts', import.meta.url);

/** Of V8 until Node 22 an object literal with a getter, or with a property behind a spread, is a hidden class of its own. */
test('what a refresh has used is gone with the next collection of young objects, not with a full one', async () => {
  const { stdout } = await runTs(refresher);
  // Some 900; 7000 where judgements, tokens and claims were kept.
  expect(Number(stdout)).toBeLessThan(2000);
});
