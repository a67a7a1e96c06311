import { readdirSync, readlinkSync } from 'node:fs';

/** What this process holds open of the files whose paths begin like this. */
export const openFiles = (path: string): string[] =>
  readdirSync('/proc/self/fd')
    .map((fd) => linkOf(`/proc/self/fd/${fd}`))
    .filter((link) => link.startsWith(path));

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
