import { expect, test } from '@jest/globals';
import { defaultDocumentLimits } from '../../src/limits/limits.js';
import { heapUsed } from '../support/collect.js';
import { connected } from './client.js';
import { socketServer } from './runningServer.js';

test('what connection_init brought is not kept for as long as the socket is open', async () => {
  const { url } = await socketServer({
    limits: { ...defaultDocumentLimits, maxBodySize: 100_000 },
  });
  await connected(url, { x: Array.from({ length: 20_000 }, () => ({})) });
  const before = heapUsed();
  for (let count = 0; count < 30; count++) {
    await connected(url, { x: Array.from({ length: 20_000 }, () => ({})) });
  }
  expect((heapUsed() - before) / 2 ** 20).toBeLessThan(10);
});
