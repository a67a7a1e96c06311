import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCatalogue, forbiddenReasons, unauthenticatedReasons } from '../../src/common.js';
import { outputOf, testPages } from './everyPage.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (page: string) => readFileSync(join(root, page), 'utf8');

testPages(0, 4);

describe('docs/errors.md', () => {
  test('has every code and every reason of the catalogue, and no other', () => {
    const named = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(
      (match) => match[1],
    );
    const catalogue = [errorCatalogue, unauthenticatedReasons, forbiddenReasons].flatMap(
      Object.keys,
    );
    expect(named.sort()).toEqual(catalogue.sort());
  });
});

test('the script of the README ends with the session ended, and says why', () => {
  const output = outputOf.get('README.md')?.find((text) => text.includes('→')) ?? '';
  const answers = output
    .trim()
    .split('\n')
    .map((line) => line.split('→')[1]?.trim());
  expect(answers).toEqual([
    expect.stringContaining('{"signup"'),
    expect.stringContaining('{"login"'),
    expect.stringContaining('{"me"'),
    expect.stringContaining('UNAUTHENTICATED TOKEN_EXPIRED'),
    expect.stringContaining('{"refreshToken"'),
    expect.stringContaining('{"refreshToken"'),
    expect.stringContaining('{"me"'),
    expect.stringMatching(/^REFRESH_TOKEN_REUSED .*The session has been ended, because/),
    expect.stringContaining('UNAUTHENTICATED TOKEN_REVOKED'),
  ]);
});
