import { describe, expect, test } from '@jest/globals';
import proxyaddr from 'proxy-addr';
import { configOf, problemsOf } from './load.js';

describe('trustProxy', () => {
  const proxies = [
    ...['10.0.0.1', '10.0.0.0/8', '10.0.0.0/255.0.0.0', '::1', 'fd00::/8', '::ffff:10.0.0.1/104'],
    ...['uniquelocal', 'loopback,10.1.2.3'],
    ...['0.0.0.0/0', '10.0.0.0/0', '::/0', '10.0.0.0/00', '1.5', '0x7f.1', '10.0.0.0/33'],
    ...['10.0.0.0/255.0.255.0', '::/255.0.0.0', '10.0.0.0/', 'private', 'localhost', '/8', 'a,::1'],
  ];
  test.each(proxies)('%s is accepted where what obeys it accepts it', (value) => {
    const problems = problemsOf({ env: { GATEHOUSE_TRUST_PROXY: value } });
    const compile = () => proxyaddr.compile(value.split(','));
    if (problems.length === 0) expect(compile).not.toThrow();
    else expect(compile).toThrow(TypeError);
  });

  test('everybody is refused with the reason', () => {
    expect(problemsOf({ env: { GATEHOUSE_TRUST_PROXY: 'loopback,10.0.0.0/0' } })).toEqual([
      'GATEHOUSE_TRUST_PROXY must not trust everybody, as 10.0.0.0/0 does: any client could then say any address of itself. Name the proxies. Write GATEHOUSE_TRUST_PROXY=loopback, or unset it.',
    ]);
  });
});

describe('path', () => {
  test.each(['/.', '/a/.', '/./a', '/a/./b', '/..', '/a/../b'])(
    '%s is refused: no client sends it as it is written',
    (value) => {
      expect(problemsOf({ env: { GATEHOUSE_PATH: value } })).toEqual([
        expect.stringMatching(/^GATEHOUSE_PATH must be .* has no part \. or \.\. .* Write /),
      ]);
    },
  );

  test.each(['/a.b', '/.a', '/a..b/c'])('%s is a path', (value) => {
    expect(configOf({ env: { GATEHOUSE_PATH: value } }).path).toBe(value);
  });
});

describe('host', () => {
  const label = 'a'.repeat(63);
  test.each([`${label}a.example`, 'a'.repeat(300), 'a.'.repeat(127)])(
    'that no resolver takes is refused',
    (value) => {
      expect(problemsOf({ env: { GATEHOUSE_HOST: value } })).toEqual([
        expect.stringMatching(/^GATEHOUSE_HOST must be a host name .* Write GATEHOUSE_HOST=/),
      ]);
    },
  );

  test('may be as long as a name can be', () => {
    const value = [label, label, label, 'a'.repeat(61)].join('.');
    expect(configOf({ env: { GATEHOUSE_HOST: value } }).host).toBe(value);
  });
});
