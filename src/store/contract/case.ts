import type { Log } from '../../log.js';
import type { MaybePromise } from '../../outcome.js';
import type { Clock } from '../../time.js';
import type { Store } from '../store.js';
import type { Given } from './given.js';

/** Opens an empty store that nobody else writes to; the contract asks for one per case, and closes it. */
export type OpenEngine = (options: { clock: Clock; log: Log }) => MaybePromise<Store>;

/** One thing that every engine must do. */
export interface Case {
  /** A sentence that states a fact. */
  readonly name: string;
  /** Throws, or rejects, where the engine does otherwise. */
  run(given: Given): Promise<void>;
}
