import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import { formatTable } from '../../src/cli/table.js';
import { spawnTs } from '../support/child.js';
import { tempFolder } from './cli.js';

test('a table of 200,000 rows is one like any other', () => {
  const rows = Array.from({ length: 200_000 }, (_, at) => [String(at), 'ann@example.com']);
  const lines = formatTable(['id', 'email'], rows).trimEnd().split('\n');
  expect(lines).toHaveLength(200_001);
  expect(lines.at(-1)).toBe('199999  ann@example.com');
});

test('a password that is not UTF-8 is refused: nobody could type what would be kept', async () => {
  const database = join(tempFolder(), 'a.db');
  const child = spawnTs(new URL('../../src/cli/main.ts', import.meta.url), [
    ...['user', 'create', '--email', 'ann@example.com', '--password-stdin', '--database', database],
  ]);
  child.process.stdin.end(Buffer.from('caf\xe9 password 77\n', 'latin1'));
  expect(await child.exited).toMatchObject({ code: 1 });
  expect(child.stderr()).toContain('Standard input is not UTF-8');
});
