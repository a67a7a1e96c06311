/** Loaded into a server: a signal makes it collect all garbage and say what is left. */
import { renameSync, writeFileSync } from 'node:fs';
import { fileFor } from './heapFile.mjs';

process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
  const file = fileFor(process.pid);
  writeFileSync(`${file}.new`, String(process.memoryUsage().heapUsed));
  renameSync(`${file}.new`, file);
});
