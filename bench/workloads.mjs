import { coldEs256, coldHs256 } from './workloads/cold.mjs';
import { list } from './workloads/list.mjs';
import { outside } from './workloads/outside.mjs';
import { read } from './workloads/read.mjs';
import { refresh } from './workloads/refresh.mjs';

/** In the order of the report. */
export const workloads = [read, list, coldHs256, coldEs256, outside, refresh];
