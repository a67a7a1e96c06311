#!/usr/bin/env node
import cluster from 'node:cluster';
import { exitCodes } from './exitCodes.js';
import { leanHeap } from './leanHeap.js';
import { nodeIo } from './nodeIo.js';
import { run } from './run.js';

// `gatehouse user list | head -1` closes the pipe early: that is no failure of ours. A full disk under the output is one
// of a command that prints, but keeps no server from serving.
let isTold = false;
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return;
  process.exitCode ||= exitCodes.failed;
  if (!isTold) process.stderr.write(`gatehouse: What was printed is lost: ${message}.\n`);
  isTold = true;
});
// Both often go to the same disk. There is nowhere left to say so, and the exit code stands.
process.stderr.on('error', () => undefined);

leanHeap();

// The exit code is set, not forced: what is still being written is written.
const ended = await run(process.argv.slice(2), nodeIo());
if (ended !== exitCodes.done) process.exitCode = ended;

// The channel to the process that started a worker would keep it alive.
cluster.worker?.disconnect();
