/** `npm test`: all tests on all cores, then those that hold the clock against something, alone. With arguments: jest. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
/** One more than there are cores: now and then each waits for something, a child's start or a time-out. */
const WORKERS = availableParallelism() + 1;
const TIMED = '\\.timed\\.test\\.ts$';

function run(...args) {
  const flags = ['--experimental-vm-modules', '--no-warnings'];
  const { NODE_OPTIONS = '' } = process.env;
  const env = { ...process.env, NODE_OPTIONS: [...flags, NODE_OPTIONS].join(' ').trim() };
  return spawnSync(process.execPath, [jest, ...args], { stdio: 'inherit', env }).status ?? 1;
}

const args = process.argv.slice(2);
const codes =
  args.length > 0
    ? [run(...args)]
    : [
        run(`--maxWorkers=${WORKERS}`, `--testPathIgnorePatterns=${TIMED}`),
        run('--runInBand', TIMED),
      ];
process.exitCode = Math.max(...codes);
