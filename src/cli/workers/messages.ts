import type { Ending } from '../ending.js';

/** What a worker tells the process that started it. */
export type FromWorker =
  { readonly kind: 'serving'; readonly url: string } | ({ readonly kind: 'failed' } & Ending);

/** The one thing that a worker is told: finish what is under way and end. */
export const STOP = 'stop';

/** Marks a process as a worker of ours. No setting: nobody sets it but the process that starts workers. */
export const WORKER_MARK = '_GATEHOUSE_WORKER_PORT';
