import { describe, expect, test } from '@jest/globals';
import { runTs, spawnTs } from './child.js';

const hello = new URL('fixtures/hello.ts', import.meta.url);

describe('a TypeScript file in a process of its own', () => {
  test('runs from source, imports by their .js names included', async () => {
    expect((await runTs(hello, ['5m'])).stdout).toBe('300\n');
  });

  test('can be awaited by what it prints, and killed', async () => {
    const child = spawnTs(hello, ['7d', 'wait']);
    await child.seen('604800');
    child.process.kill('SIGKILL');
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('that ends without printing it says how it ended', async () => {
    await expect(spawnTs(hello, ['5m']).seen('never')).rejects.toThrow('"code":0');
  });
});
