/** `npm test`: all tests on all cores, then those that hold the clock against something, alone. With arguments: jest. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
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
    : [run('--maxWorkers=100%', `--testPathIgnorePatterns=${TIMED}`), run('--runInBand', TIMED)];
process.exitCode = Math.max(...codes);
