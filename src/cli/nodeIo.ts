import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { importModule } from '../auth/importModule.js';
import { systemClock } from '../time.js';
import type { Io } from './io.js';

/** The real world. */
export const nodeIo = (): Io => ({
  env: process.env,
  version: packageVersion(),
  clock: systemClock,
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  readStdin: () => text(process.stdin),
  readFile: (path) => readFileSync(path, 'utf8'),
  fileExists: existsSync,
  importModule,
  randomBytes,
  stopRequested: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    }),
  exitAfter: (milliseconds) => void setTimeout(() => process.exit(), milliseconds).unref(),
});

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
