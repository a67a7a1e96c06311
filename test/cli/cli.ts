import { afterEach } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Io } from '../../src/cli/io.js';
import { run } from '../../src/cli/run.js';
import { importModule } from '../../src/auth/importModule.js';
import { systemClock } from '../../src/time.js';

const leftovers: string[] = [];
afterEach(() => {
  for (const folder of leftovers.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder that is gone after the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cli-'));
  leftovers.push(folder);
  return folder;
}

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command line in this process, with an environment and a standard input of its own. */
export async function cli(
  args: readonly string[],
  { env = {}, stdin = '', now }: { env?: Io['env']; stdin?: string; now?: number } = {},
): Promise<Ran> {
  const ran = { stdout: '', stderr: '' };
  const io: Io = {
    env,
    version: '1.2.3',
    clock: now === undefined ? systemClock : { now: () => now },
    stdout: (text) => void (ran.stdout += text),
    stderr: (text) => void (ran.stderr += text),
    readStdin: () => Promise.resolve(stdin),
    readFile: (path) => readFileSync(path, 'utf8'),
    readBytes: readFileSync,
    fileExists: existsSync,
    importModule,
    randomBytes,
    stopRequested: () => Promise.resolve(),
    exitAfter: () => undefined,
  };
  const code = await run(args, io);
  return { code, ...ran };
}

/** The command line on a database of its own, which does not exist yet. */
export function cliWithDatabase() {
  const file = join(tempFolder(), 'data', 'gatehouse.db');
  const env = { GATEHOUSE_DATABASE: file };
  return {
    file,
    run: (args: readonly string[], stdin = '') => cli(args, { env, stdin }),
  };
}
