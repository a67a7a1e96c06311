import { describe, expect, test } from '@jest/globals';
import { parse, print } from 'graphql';
import { checkVariables } from '../../src/limits/checkVariables.js';
import { flattenLines } from '../../src/limits/flatten.js';
import { defaultDocumentLimits as limits } from '../../src/limits/limits.js';

const lists = (levels: number): unknown => (levels === 0 ? 1 : [lists(levels - 1)]);
const objects = (levels: number): unknown => (levels === 0 ? 1 : { a: objects(levels - 1) });

describe('variables', () => {
  test.each([
    ['lists', lists],
    ['objects', objects],
  ])('may nest %s 32 deep and no deeper', (_name, nested) => {
    expect(checkVariables({ v: nested(32) }, limits)).toBeNull();
    expect(checkVariables({ v: nested(33) }, limits)).toEqual({
      limit: 'maxVariableDepth',
      allowed: 32,
      count: 33,
    });
  });

  test('that are none exceed nothing', () => {
    expect([undefined, null, 1, 'x', {}].map((value) => checkVariables(value, limits))).toEqual(
      Array(5).fill(null),
    );
  });

  test('of any depth are judged without exhausting the stack', () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    expect(checkVariables({ deep }, limits)?.count).toBe(33);
  });
});

describe('a document of very many lines', () => {
  const long = `query A($b: Int) { # a comment\n${'\n'.repeat(3000)} c(d: "e # f", b: $b) ...G } fragment G on H { i }`;

  test('is put on one line and means the same', () => {
    const flat = flattenLines(long);
    expect(flat).not.toContain('\n');
    expect(print(parse(flat))).toBe(print(parse(long)));
  });

  test('stays as it is where the lines are not so many', () => {
    const document = `{ a${'\n'.repeat(2000)} }`;
    expect(flattenLines(document)).toBe(document);
  });

  test('stays as it is where it is no document', () => {
    const text = `{ " ${'\n'.repeat(3000)}`;
    expect(flattenLines(text)).toBe(text);
  });
});
