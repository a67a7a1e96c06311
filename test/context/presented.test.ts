import { describe, expect, test } from '@jest/globals';
import { readPresented } from '../../src/context/presented.js';

const none = { kind: 'none' };
const malformed = { kind: 'malformed' };
const token = (issuer?: 'own' | 'legacy') => ({ kind: 'token', token: 'a.b.c', issuer });

describe('whose token a header presents', () => {
  test.each<[string[], string | undefined, object]>([
    [['Bearer a.b.c'], undefined, token('own')],
    [['JWT a.b.c'], undefined, none],
    [['Bearer a.b.c'], 'JWT', token('own')],
    [['JWT a.b.c'], 'JWT', token('legacy')],
    [['jwt   a.b.c '], 'JWT', token('legacy')],
    [['Bearer a.b.c'], 'bearer', token()],
    [['JWT a.b.c'], 'Bearer', none],
    [['Basic a'], 'JWT', none],
    [[''], 'JWT', none],
    [[], 'JWT', none],
    [['JWT'], 'JWT', malformed],
    [['JWT\ta.b.c'], 'JWT', malformed],
    [['JWTa.b.c'], 'JWT', none],
    [['JWT a.b.c', 'Bearer a.b.c'], 'JWT', malformed],
    [['JWT a.b.c', ''], 'JWT', malformed],
    [['JWT a.b.c, Bearer a.b.c'], 'JWT', malformed],
    [[`JWT ${'x'.repeat(9000)}`], 'JWT', malformed],
  ])('%j beside the prefix %s', (values, legacyPrefix, presented) => {
    expect(readPresented(values, 'Bearer', legacyPrefix)).toEqual(presented);
  });
});
