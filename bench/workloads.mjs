import { coldEs256, coldHs256 } from './workloads/cold.mjs';
import { constant } from './workloads/constant.mjs';
import { guardCost } from './workloads/guardCost.mjs';
import { hostile } from './workloads/hostile.mjs';
import { list } from './workloads/list.mjs';
import { login } from './workloads/login.mjs';
import { memory } from './workloads/memory.mjs';
import { conditioned, outside } from './workloads/outside.mjs';
import { read } from './workloads/read.mjs';
import { refresh } from './workloads/refresh.mjs';
import { scale } from './workloads/scale.mjs';
import { session } from './workloads/session.mjs';
import { start } from './workloads/start.mjs';

/** In the order of the report. */
export const workloads = [
  read,
  list,
  coldHs256,
  coldEs256,
  conditioned,
  outside,
  refresh,
  login,
  session,
  hostile,
  guardCost,
  memory,
  start,
  scale,
  constant,
];
