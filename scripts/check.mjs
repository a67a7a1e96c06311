/** `npm run check`: everything but the tests. The linter takes as long as all the others, which run beside it. */
import { spawn } from 'node:child_process';

const lanes = [['lint'], ['types', 'format', 'generated']];

/** Shows what it said when it has ended, so that two that run at once do not talk into each other. */
function run(name) {
  const child = spawn('npm', ['run', '--silent', `check:${name}`], { stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.stdout.write(
        `check:${name} ${code === 0 ? 'passed' : `ended with ${code}`}\n${output}`,
      );
      resolve(code === 0);
    });
  });
}

const results = await Promise.all(
  lanes.map(async (names) => {
    const passed = [];
    for (const name of names) passed.push(await run(name));
    return passed;
  }),
);
process.exitCode = results.flat().every(Boolean) ? 0 : 1;
