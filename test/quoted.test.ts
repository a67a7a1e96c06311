import { describe, expect, test } from '@jest/globals';
import { withoutQuoted } from '../src/quoted.js';

const notText = 'String cannot represent a non string value';

describe('a message about a variable', () => {
  test.each([
    ['of ours', 'Variable "$i" got invalid value at "i.n"; Int cannot represent a value: "a"'],
    [
      'of ours about the whole',
      'Variable "$i" got invalid value; Expected type "In" to be an object.',
    ],
    ['of graphql-js', 'Variable "$n" got invalid value "a"; Int cannot represent a value: "a"'],
    ['of a scalar of somebody', 'Variable "$n" got invalid value "a b"; Must be a word; try one.'],
  ])('stays as it is where it tells no secret: %s', (_, message) => {
    expect(withoutQuoted(message)).toBe(message);
  });

  test.each([
    [
      'at the place of one',
      `Variable "$i" got invalid value at "i.password"; ${notText}: ["a; hunter2"]`,
      `Variable "$i" got invalid value [redacted] at "i.password"; ${notText}.`,
    ],
    [
      'in a variable with its name',
      `Variable "$password" got invalid value ["hunter2"]; ${notText}: ["hunter2"]`,
      `Variable "$password" got invalid value [redacted]; ${notText}.`,
    ],
    [
      'with a semicolon, of which the reason cannot be told apart',
      `Variable "$i" got invalid value ["a; hunter2"] at "i.password"; ${notText}: ["a; hunter2"]`,
      'Variable "$i" got invalid value [redacted] at "i.password".',
    ],
    [
      'in an object that lacks a field',
      'Variable "$i" got invalid value { password: "hunter2" }; Field "email" of required type "String!" was not provided.',
      'Variable "$i" got invalid value [redacted]; Field "email" of required type "String!" was not provided.',
    ],
    [
      'in place of an object',
      'Variable "$i" got invalid value "hunter2"; Expected type "In" to be an object.',
      'Variable "$i" got invalid value [redacted]; Expected type "In" to be an object.',
    ],
  ])('quotes no secret %s', (_, message, told) => {
    expect(withoutQuoted(message)).toBe(told);
  });

  test.each([
    ['of ours', `Variable "$i" got invalid value at "i.email"; ${notText}: [${'1, '.repeat(500)}]`],
    [
      'of graphql-js',
      `Variable "$i" got invalid value { ${'a: 1, '.repeat(500)} } at "i.email"; ${notText}: 1`,
    ],
  ])('names the place, and no value of more than a thousand characters: %s', (_, message) => {
    expect(withoutQuoted(message)).toBe(
      `Variable "$i" got invalid value [redacted] at "i.email"; ${notText}.`,
    );
  });
});
