import { contenders } from '../contenders.mjs';
import { check, post } from './check.mjs';
import { cpuTime, residentMemory } from './cpu.mjs';
import { load } from './load.mjs';
import { startProcess } from './process.mjs';
import { median, quantile, spread } from './stats.mjs';
import { createWorld } from './world.mjs';

/** What a workload of type `own` is given; see `bench/README.md`. */
export const createTools = ({ rounds, seconds, warmup, log, worldOf }) => ({
  ...{ rounds, seconds, warmup, log },
  /** The world that all workloads of an algorithm share: only for those that change nothing in it. */
  world: (algorithm = 'HS256') => worldOf({ algorithm }),
  /** One of its own; the caller closes it. */
  createWorld,
  /** `nameOrDefinition`: of `contenders.mjs`, or the same shape. Answers `{ url, pid, stop }`. */
  start: (nameOrDefinition, world, more = {}) => {
    const definition =
      typeof nameOrDefinition === 'string' ? contenders[nameOrDefinition] : nameOrDefinition;
    const started = definition.start(world);
    return startProcess({ ...started, ...more, env: { ...started.env, ...more.env } });
  },
  startProcess,
  ...{ load, check, post, cpuTime, residentMemory },
  ...{ median, quantile, spread },
});
