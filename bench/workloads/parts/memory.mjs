/** What a server holds: as the system sees it while it works, and what is alive in its heap. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sleep } from './figures.mjs';
import { fileFor } from './heapFile.mjs';
import { anonymousMemory } from './machine.mjs';

const EVERY = 100;

/** Looks at the resident memory until `end()`, which answers the most that there was, in bytes. */
export function watchMemory(pid) {
  let most = anonymousMemory(pid);
  const look = () => (most = Math.max(most, anonymousMemory(pid)));
  const timer = setInterval(look, EVERY);
  return {
    end: () => {
      clearInterval(timer);
      return look();
    },
  };
}

const probe = fileURLToPath(new URL('heapProbe.mjs', import.meta.url));

/** Bytes of the heap after a full collection in a server that was started with `heapOf.nodeArgs`. */
export async function heapOf(pid) {
  const file = fileFor(pid);
  process.kill(pid, 'SIGUSR2');
  while (!existsSync(file)) await sleep(EVERY);
  const value = Number(readFileSync(file, 'utf8'));
  rmSync(file);
  return value;
}
heapOf.nodeArgs = ['--expose-gc', '--import', probe];
