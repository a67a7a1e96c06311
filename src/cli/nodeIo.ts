import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { importModule } from '../auth/importModule.js';
import { systemClock } from '../time.js';
import { utf8, type Io } from './io.js';

/** The real world. */
export const nodeIo = (): Io => ({
  env: process.env,
  version: packageVersion(),
  clock: systemClock,
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  readStdin: async () => utf8(await buffer(process.stdin), 'Standard input'),
  readFile: (path) => readFileSync(path, 'utf8'),
  readBytes: readFileSync,
  fileExists: existsSync,
  importModule,
  randomBytes,
  stopRequested: () =>
    new Promise((resolve) => {
      // The last is that of a terminal that is closed, and ends a process at once unless it listens.
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
        process.once(signal, () => resolve());
      }
    }),
  exitAfter: (milliseconds) => void setTimeout(() => process.exit(), milliseconds).unref(),
});

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
