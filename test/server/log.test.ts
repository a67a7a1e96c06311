import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { mirrored } from '../support/mirror.mjs';

const log = mirrored(join(import.meta.dirname, '../../src/server/log.ts'));

/** What a process wrote to standard output, and how it ended. */
async function run(script: string, whenHeard?: (text: string, kill: () => void) => void) {
  const source = `
    import { createLog } from '${log}';
    const log = createLog({ level: 'info' });
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    ${script}
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source]);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    whenHeard?.(text, () => child.kill('SIGKILL'));
  });
  await new Promise((resolve) => child.once('close', resolve));
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as { time: string; level: string; msg: string });
}

describe('lines on standard output', () => {
  test('are all there when the process ends, in their order, each with the time at which it happened', async () => {
    const lines = await run(`
      for (let n = 0; n < 450; n++) log.info({ n }, 'line ' + n);
      await wait(30);
      log.info({}, 'later');
      process.exit(0);
    `);
    expect(lines.map(({ msg }) => msg)).toEqual([
      ...Array.from({ length: 450 }, (_, n) => `line ${n}`),
      'later',
    ]);
    const at = (index: number) => Date.parse(lines.at(index)?.time ?? '');
    expect(at(-1) - at(-2)).toBeGreaterThanOrEqual(25);
  });

  test('are all there when an error ends the process', async () => {
    const lines = await run(`log.info({}, 'before'); throw new Error('the end');`);
    expect(lines.map(({ msg }) => msg)).toEqual(['before']);
  });

  test('a warning is written at once, behind all that came before it', async () => {
    const lines = await run(
      `log.info({}, 'first'); log.warn({}, 'second'); log.info({}, 'lost'); for (;;);`,
      (text, kill) => {
        if (text.includes('second')) kill();
      },
    );
    expect(lines.map(({ msg }) => msg)).toEqual(['first', 'second']);
  });

  test('an info line waits for a tenth of a second at most', async () => {
    const lines = await run(`log.info({}, 'only'); await wait(60_000);`, (text, kill) => {
      if (text.includes('only')) kill();
    });
    expect(lines.map(({ msg }) => msg)).toEqual(['only']);
  });
});

test('a full disk under the log ends nobody', async () => {
  const full = openSync('/dev/full', 'w');
  const source = `
    import { createLog } from '${log}';
    const log = createLog({ level: 'info' });
    for (let n = 0; n < 5000; n++) log.info({ n }, 'line');
    log.error({}, 'at once');
    await new Promise((resolve) => setTimeout(resolve, 300));
    console.error('lives');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', full, 'pipe'],
  });
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  closeSync(full);
  expect([code, text]).toEqual([0, 'lives\n']);
});
