import { describe, expect, test } from '@jest/globals';
import { authorizationValues, readBearer } from '../../src/context/bearer.js';

const none = { kind: 'none' };
const malformed = { kind: 'malformed' };
const token = (text: string) => ({ kind: 'token', token: text });

describe('the Authorization header', () => {
  test.each<[string, string[], object]>([
    ['no header', [], none],
    ['an empty header', [''], none],
    ['only blanks', ['   '], none],
    ['one token', ['Bearer a.b.c'], token('a.b.c')],
    ['lower case', ['bearer a.b.c'], token('a.b.c')],
    ['mixed case', ['bEaReR a.b.c'], token('a.b.c')],
    ['several spaces', ['Bearer    a.b.c'], token('a.b.c')],
    ['a trailing space', ['Bearer a.b.c '], token('a.b.c')],
    ['another scheme', ['Basic dXNlcjpwYXNz'], none],
    ['another scheme that begins like ours', ['BearerToken a.b.c'], none],
    ['another scheme, longer than ours may be', [`Negotiate ${'x'.repeat(9000)}`], none],
    ['the prefix alone', ['Bearer'], malformed],
    ['the prefix and a space', ['Bearer '], malformed],
    ['three words', ['Bearer a.b.c d'], malformed],
    ['a tab instead of the space', ['Bearer\ta.b.c'], malformed],
    ['a tab after the space', ['Bearer \ta.b.c'], malformed],
    ['two values joined by a comma', ['Bearer a.b.c, Bearer d.e.f'], malformed],
    ['two headers', ['Bearer a.b.c', 'Bearer d.e.f'], malformed],
    ['two headers, the same', ['Bearer a.b.c', 'Bearer a.b.c'], malformed],
    ['two headers, one of another scheme', ['Basic x', 'Bearer a.b.c'], malformed],
    ['just under 8 KB', [`Bearer ${'x'.repeat(8000)}`], token('x'.repeat(8000))],
    ['more than 8 KB', [`Bearer ${'x'.repeat(8 * 1024)}`], malformed],
    ['unicode', ['Bearer tökén'], malformed],
    ['a no-break space', ['Bearer\u00a0a.b.c'], malformed],
    ['a no-break space before the scheme', ['\u00a0Bearer a.b.c'], none],
    ['a line feed before the scheme', ['\nBearer a.b.c'], none],
    ['a byte order mark before the scheme', ['\ufeffBearer a.b.c'], none],
    ['two that Fetch has joined, one of another scheme', ['Basic x, Bearer a.b.c'], malformed],
    ['two that Fetch has joined, one of them empty', [', Bearer a.b.c'], malformed],
    ['another scheme with commas', ['Digest a="b", c="d"'], none],
    ['a control character', ['Bearer a.\u0001b.c'], malformed],
  ])('%s', (_, values, expected) => {
    expect(readBearer(values, 'Bearer')).toEqual(expected);
  });

  test('another prefix may be set', () => {
    expect(readBearer(['JWT a.b.c'], 'JWT')).toEqual(token('a.b.c'));
    expect(readBearer(['Bearer a.b.c'], 'JWT')).toEqual(none);
  });

  test('every header of a Node request is seen, in any case', () => {
    const raw = ['Host', 'x', 'authorization', 'Bearer a', 'AUTHORIZATION', 'Bearer b'];
    expect(authorizationValues(raw)).toEqual(['Bearer a', 'Bearer b']);
    // A value that looks like a name is not taken for one.
    expect(authorizationValues(['X-Trick', 'Authorization', 'Other', 'y'])).toEqual([]);
  });
});
