import { readdirSync, readFileSync } from 'node:fs';

/** Microseconds that all threads of a process have been on a processor; null where the system does not say. */
export function cpuTime(pid) {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const times = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8'));
    return times.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0) / 1000;
  } catch {
    return null;
  }
}

/** Resident memory in bytes; null where the system does not say. */
export function residentMemory(pid) {
  try {
    const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? Number(found[1]) * 1024 : null;
  } catch {
    return null;
  }
}
