import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openLane } from './lane.mjs';

const built = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const TICKS_PER_SECOND = 100;

/** `gatehouse serve` with so many workers, as in production. */
export async function startWorkers(count, database, program = built) {
  const server = spawn(process.execPath, [program, 'serve', '--port', '0', '--host', '127.0.0.1'], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      GATEHOUSE_WORKERS: String(count),
      GATEHOUSE_DATABASE: database,
      GATEHOUSE_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    let text = '';
    server.once('exit', () => reject(new Error(text)));
    server.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /Listening on (\S+)\n/.exec(text);
      if (found) resolve(new URL(found[1]));
    });
  });
  const pids = [server.pid, ...childrenOf(server.pid)];
  const exited = new Promise((resolve) => server.once('exit', resolve));
  return {
    url,
    /** Microseconds of a core that all its processes have used. */
    cpu: () => pids.reduce((sum, pid) => sum + cpuOf(pid), 0),
    /** Megabytes that are resident, of each process. */
    memory: () => pids.map(memoryOf),
    stop: () => (server.kill('SIGTERM'), exited),
  };
}

/** Pairs of as many sessions, of a user each, so that no limit of sessions is met. */
export async function openSessions(url, count) {
  const lane = openLane(url);
  const pairs = [];
  for (let n = 0; n < count; n += 1) {
    const input = `{ email: "user${n}@example.com", password: "correct horse battery" }`;
    const answer = await lane.ask(
      `mutation { signup(input: ${input}) { accessToken refreshToken } }`,
    );
    pairs.push(JSON.parse(answer).data.signup);
  }
  lane.close();
  return pairs;
}

function childrenOf(pid) {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** proc(5): `utime` and `stime` are the 14th and 15th field; the 2nd may hold spaces. */
function cpuOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS_PER_SECOND;
}

const memoryOf = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
