import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { silentLog } from '../../../src/log.js';
import { openStore } from '../../../src/store/open.js';
import { systemClock } from '../../../src/time.js';
import { givenOf } from '../contract/given.js';

/** Rotates what standard input names, `session generation` a line, and says so once it is acknowledged. */
const store = await openStore(process.argv[2] ?? '', { clock: systemClock, log: silentLog });
const userId = process.argv[3] ?? 'ada';
const { rotate } = givenOf(store, {
  ...systemClock,
  advance: () => undefined,
  set: () => undefined,
});

/** Straight to the file descriptor: what has been said is out, whatever happens to this process. */
const say = (line: string): void => void writeSync(1, `${line}\n`);

async function once(id: string, generation: number): Promise<number> {
  const outcome = await rotate(id, generation, { userId });
  const next = 'session' in outcome ? outcome.session.generation : -1;
  say(`${id} ${outcome.kind} ${next}`);
  return next;
}

async function stream(id: string): Promise<void> {
  for (let generation = 0; ;) generation = await once(id, generation);
}

say('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const [id = '', generation] = line.split(' ');
  // Without a generation: on and on, until it is killed.
  if (generation === undefined) void stream(id);
  else await once(id, Number(generation));
}
await store.close();
