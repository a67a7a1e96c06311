import { describe, expect, test } from '@jest/globals';
import { runTs } from '../support/child.js';

const warns = new URL('fixtures/warns.ts', import.meta.url);

test('a warning is one line of JSON on standard error', async () => {
  const { stderr } = await runTs(warns, []);
  expect(stderr).toBe('{"level":"warn","msg":"graphql-gatehouse: told","reason":"100 %s"}\n');
});

describe('a program lives on where its standard error', () => {
  test.each([
    ['is on a full disk', 'exec "$0" "$@" 2> /dev/full'],
    ['is a pipe that nobody reads', 'exec 3>&1; { sleep 0.1; "$0" "$@" 2>&1 >&3; } | true'],
    ['is closed', 'exec "$0" "$@" 2>&-'],
  ])('%s', async (_, script) => {
    const { stdout } = await runTs(warns, [], { under: ['sh', '-c', script] });
    expect(stdout).toBe('alive\n');
  });
});
