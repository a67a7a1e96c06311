/** node bench/profile/callers.mjs FILE NAME: who called a function of a profile, most expensive path first. */
import { callPaths } from './attribution.mjs';

const [file, name] = process.argv.slice(2);
if (name === undefined) {
  console.error('node bench/profile/callers.mjs FILE.cpuprofile|FILE.heapprofile NAME');
  process.exit(2);
}
const { total, paths } = callPaths(file, name);
for (const [path, value] of paths.slice(0, 10)) {
  console.log(`${((100 * value) / total).toFixed(2)} %\n  ${path.join('\n  ')}\n`);
}
