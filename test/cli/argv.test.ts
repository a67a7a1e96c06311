import { describe, expect, test } from '@jest/globals';
import { parseCall } from '../../src/cli/argv.js';
import type { Command } from '../../src/cli/command.js';

const command: Command = {
  name: 'try',
  summary: '',
  positionals: ['[ONE]', '[TWO]'],
  flags: [
    { name: 'json', value: null, help: '' },
    { name: 'role', value: 'ROLE', help: '', repeatable: true },
  ],
  takes: () => true,
  run: () => Promise.resolve(0),
};
const parse = (line: string) => parseCall(command, line.split(' '));

describe('a command line', () => {
  test.each([
    ['--explorer --port 1', { explorer: 'true', port: '1' }],
    ['--port 1 --explorer', { explorer: 'true', port: '1' }],
    ['--explorer false', { explorer: 'false' }],
    ['--explorer=false --explorer', { explorer: 'true' }],
    ['--explorer ONE', { explorer: 'true' }],
    ['--path=/a --path /b', { path: '/b' }],
    ['--jwt-issuer=-x', { 'jwt-issuer': '-x' }],
  ])('%s sets %j', (line, settings) => {
    expect(parse(line).settings).toEqual(settings);
  });

  test('keeps every value of a flag, and what is no flag, in their order', () => {
    const { flags, positionals, help } = parse('a --role x --json --role=y b');
    expect(Object.fromEntries(flags)).toEqual({ role: ['x', 'y'], json: [''] });
    expect({ positionals, help }).toEqual({ positionals: ['a', 'b'], help: false });
  });

  test('ends its flags at --', () => {
    expect(parse('-- --explorer -h')).toMatchObject({
      positionals: ['--explorer', '-h'],
      settings: {},
      help: false,
    });
  });

  test('names an argument that is empty, as a variable that is not set makes it', () => {
    expect(() => parseCall(command, ['a', ''])).toThrow(
      'TWO is empty. Write: gatehouse try [ONE] [TWO]',
    );
  });
});
