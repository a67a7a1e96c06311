#!/usr/bin/env node
import cluster from 'node:cluster';
import { setFlagsFromString } from 'node:v8';
import { nodeIo } from './nodeIo.js';
import { run } from './run.js';

// `gatehouse user list | head -1` closes the pipe early: that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// When many connections come at once, V8 sees that all event emitters live on, and from then on makes the table of
// listeners of each, also of each request, among the objects that live long. Whatever hangs on a request then waits for a
// full collection: twice the memory, and a fifth of the processor. Told not to guess, it does not.
setFlagsFromString('--no-allocation-site-pretenuring');

// The exit code is set, not forced: what is still being written is written.
process.exitCode = await run(process.argv.slice(2), nodeIo());

// The channel to the process that started a worker would keep it alive.
cluster.worker?.disconnect();
