import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a server leaves the size of its heap. */
export const fileFor = (pid) => join(tmpdir(), `gatehouse-heap-${pid}`);
