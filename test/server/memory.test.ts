import { expect, test } from '@jest/globals';
import { createGuards } from '../../src/directives/guard.js';
import { build, nobody } from '../directives/support.js';
import { heapUsed } from '../support/collect.js';
import { ask, start } from './testServer.js';

const MIB = 1024 * 1024;
const LANES = 8;
/** What keeps those that came once is full by then. */
const WARM_UP = 500;
const COUNT = 1000;
const FIELDS = Array.from({ length: 30 }, (_, n) => `f${n}: id`).join(' ');

test('distinct documents leave nothing in memory, but those that came last', async () => {
  const schema = createGuards().guard(
    build('type Query { me: User @authenticated open: [User!] } type User { id: ID }'),
  );
  const { url } = await start({
    schema,
    context: (request) => ({ ...nobody(), request, viewer: null }),
  });
  let sent = 0;
  const send = async (count: number): Promise<void> => {
    const end = sent + count;
    const lane = async (): Promise<void> => {
      while (sent < end) {
        const { status } = await ask(url, `query Q${sent++} { open { ${FIELDS} } }`);
        expect(status).toBe(200);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  };

  await send(WARM_UP);
  const before = heapUsed();
  await send(COUNT);
  const grown = (heapUsed() - before) / MIB;

  // Where all are kept they take 28 MiB; these, 1.5.
  expect(grown).toBeLessThan(8);
});
