import { judge } from '../report/targets.mjs';
import { runLoad } from './rounds.mjs';
import { createTools } from './tools.mjs';
import { createWorld } from './world.mjs';

/**
 * Runs the workloads, one after the other. One that fails says why and is left out, so that a long run is not lost;
 * one for which no contender is `allowed` is left out in silence.
 */
export async function measure(workloads, { rounds, seconds, warmup, allowed, log }) {
  const worlds = new Map();
  const worldOf = async ({ algorithm = 'HS256' }) => {
    if (!worlds.has(algorithm)) worlds.set(algorithm, await createWorld(algorithm));
    return worlds.get(algorithm);
  };
  const options = { rounds, seconds, warmup, log };

  async function rowsOf(workload) {
    if (workload.type === 'own') return workload.run(createTools({ ...options, worldOf }));
    const names = workload.contenders.filter((name) => allowed.includes(name));
    return names.length === 0
      ? []
      : runLoad(workload, await worldOf(workload), { ...options, names });
  }

  const measured = [];
  try {
    for (const workload of workloads) {
      const { name, title, about, baseline = null, type, targets } = workload;
      try {
        const rows = await rowsOf(workload);
        if (rows.length === 0) continue;
        const settings = type === 'load' ? { rounds, seconds } : {};
        const said = { name, title, about, baseline, date: new Date().toISOString(), ...settings };
        measured.push({ ...said, rows, targets: judge(targets, rows) });
      } catch (error) {
        process.exitCode = 1;
        log(`${name} failed and is left out: ${error.stack}`);
      }
    }
  } finally {
    for (const world of worlds.values()) world.close();
  }
  return measured;
}
