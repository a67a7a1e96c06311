import { writeSync } from 'node:fs';
import { AUDIT } from '../../../src/store/contract/given.js';
import { silentLog } from '../../../src/log.js';
import { openStore } from '../../../src/store/open.js';
import { systemClock } from '../../../src/time.js';

/** Records so many events in so many lanes, and says at once what became of each. */
const [path = '', count = '', lanes = '1'] = process.argv.slice(2);
const store = await openStore(path, { clock: systemClock, log: silentLog });
let n = 0;

async function lane(): Promise<void> {
  while (n < Number(count)) {
    const id = n++;
    const said = await store.recordEvent({ ...AUDIT, details: { id } }).then(
      () => `done ${id}`,
      (error: unknown) => `failed ${id} ${String(error)}`,
    );
    // In the very turn in which it is known, for whoever watches the system calls.
    writeSync(1, `${said}\n`);
  }
}

await Promise.all(Array.from({ length: Number(lanes) }, lane));
await store.close();
