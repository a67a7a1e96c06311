#!/usr/bin/env node
import cluster from 'node:cluster';
import { leanHeap } from './leanHeap.js';
import { nodeIo } from './nodeIo.js';
import { run } from './run.js';

// `gatehouse user list | head -1` closes the pipe early: that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

leanHeap();

// The exit code is set, not forced: what is still being written is written.
process.exitCode = await run(process.argv.slice(2), nodeIo());

// The channel to the process that started a worker would keep it alive.
cluster.worker?.disconnect();
