import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { silentLog } from '../../../src/log.js';
import { openStore } from '../../../src/store/open.js';
import { systemClock } from '../../../src/time.js';
import { runTs } from '../../support/child.js';
import { useFolder } from '../../support/folder.js';

const folder = useFolder();
const recorder = new URL('../processes/recorder.ts', import.meta.url);
/** `.ci/run` installs it; a container may forbid what it does. */
const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
const whereTraced = canTrace ? describe : describe.skip;

/** Runs the recorder under `strace`, and answers the lines that it said. */
async function record(
  name: string,
  { events, lanes, args }: { events: number; lanes: number; args: readonly string[] },
): Promise<string[]> {
  const { stdout } = await runTs(recorder, [folder(name), String(events), String(lanes)], {
    under: ['strace', '-f', '-y', ...args],
    // One thread syncs, so that its calls can be counted.
    env: { UV_THREADPOOL_SIZE: '1' },
  });
  return stdout.split('\n').slice(0, -1);
}

const idsIn = async (name: string): Promise<unknown[]> => {
  const store = await openStore(folder(name), { clock: systemClock, log: silentLog });
  const events = await store.auditEvents({ limit: 10_000 });
  await store.close();
  return events.map(({ details }) => details?.['id']).reverse();
};

/** Of each thing that was said: whether the log was synced after the last write to it before. */
function syncedBefore(trace: string, said: RegExp): boolean[] {
  const answers: boolean[] = [];
  let written = 0;
  let covered = 0;
  /** What a sync that is under way will cover, by thread. */
  const begun = new Map<string, number>();
  for (const line of trace.split('\n')) {
    const thread = line.split(' ', 1)[0] as string;
    if (/pwrite64\(.*-wal>/.test(line)) written++;
    if (/fdatasync\(.*-wal>/.test(line)) begun.set(thread, written);
    if (/fdatasync.*= 0$/.test(line)) covered = begun.get(thread) as number;
    if (said.test(line)) answers.push(covered === written);
  }
  return answers;
}

whereTraced('a write settles', () => {
  test('after a sync of the log that began when it was committed', async () => {
    const trace = folder('alone.trace');
    const args = ['-s', '64', '-o', trace, '-e', 'trace=pwrite64,fdatasync,write'];
    await record('alone.db', { events: 50, lanes: 1, args });
    const answers = syncedBefore(readFileSync(trace, 'utf8'), / write\(1<.*"done /);
    expect(answers).toEqual(Array(50).fill(true));
  });

  test('with others by one sync, and never between a commit and its own', async () => {
    const trace = folder('many.trace');
    const args = ['-s', '64', '-o', trace, '-e', 'trace=pwrite64,fdatasync,write'];
    await record('many.db', { events: 200, lanes: 20, args });
    const text = readFileSync(trace, 'utf8');
    expect(syncedBefore(text, / write\(1<.*"done /)).toEqual(Array(200).fill(true));
    expect(text.match(/fdatasync\(.*-wal>/g)?.length).toBeLessThan(40);
  });

  test('as unavailable where the disk fails, and nothing is acknowledged until all is on it', async () => {
    const inject = ['-e', 'trace=fdatasync,ftruncate', '-e', 'inject=fdatasync:error=EIO:when=3'];
    const trace = folder('broken.trace');
    const said = await record('broken.db', {
      ...{ events: 6, lanes: 1 },
      args: ['-o', trace, ...inject],
    });
    expect(said.map((line) => line.split(' ')[0])).toEqual([
      ...['done', 'done', 'failed', 'done', 'done', 'done'],
    ]);
    expect(said[2]).toContain('could not be brought to the disk');
    // What could not be synced went into the database, and the log is begun anew, before the next was committed.
    const calls = readFileSync(trace, 'utf8').split('\n');
    const failed = calls.findIndex((line) => line.includes('EIO'));
    const next = calls.findIndex((line, at) => at > failed && line.includes('fdatasync('));
    const between = calls.slice(failed + 1, next).join('\n');
    expect(between).toMatch(/ftruncate\(.*-wal>, 0\) += 0/);
    // It was committed all the same: it is not known whether it would have lasted.
    expect(await idsIn('broken.db')).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
