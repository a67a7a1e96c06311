import { describe, expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { silentLog } from '../../src/log.js';
import { createAddressReader } from '../../src/context/address.js';
import { ask, start } from '../server/testServer.js';

const from = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({
    socket: { remoteAddress },
    connection: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

const client = (trust: false | number | string[], peer: string, forwarded?: string): string =>
  createAddressReader(trust, silentLog).clientOf(from(peer, forwarded));

describe('the address of a client', () => {
  test('a second request of one connection has the address of the first, and another connection its own', () => {
    const addresses = createAddressReader(false, silentLog);
    const clientOf = (request: IncomingMessage) => addresses.clientOf(request);
    const first = from('::ffff:192.0.2.1');
    expect([clientOf(first), clientOf(first)]).toEqual(['192.0.2.1', '192.0.2.1']);
    expect(clientOf(from('192.0.2.2'))).toBe('192.0.2.2');
  });

  test('what a trusted proxy says is read anew with each request of its connection', () => {
    const addresses = createAddressReader(1, silentLog);
    const socket = { remoteAddress: '127.0.0.1' };
    const ask = (forwarded: string) =>
      addresses.clientOf({ ...from('127.0.0.1', forwarded), connection: socket, socket } as never);
    expect([ask('192.0.2.1'), ask('192.0.2.2')]).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  test.each([
    ['the peer, while nobody is trusted', false, '192.0.2.1', '203.0.113.9', '192.0.2.1'],
    ['IPv4 however it is written', false, '::ffff:192.0.2.1', undefined, '192.0.2.1'],
    ['IPv4 in hexadecimal', false, '::ffff:c000:201', undefined, '192.0.2.1'],
    ['IPv6 in its shortest form', false, '2001:DB8:0:0::1', undefined, '2001:db8::1'],
    ['what a trusted proxy says', ['loopback'], '127.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['the peer, where another is trusted', ['10.0.0.0/8'], '127.0.0.1', '203.0.113.9', '127.0.0.1'],
    [
      'not what the client wrote in front',
      ['loopback'],
      '127.0.0.1',
      '1.1.1.1, 203.0.113.9',
      '203.0.113.9',
    ],
    [
      'behind several trusted proxies',
      ['loopback', '10.0.0.0/8'],
      '127.0.0.1',
      '203.0.113.9, 10.0.0.2',
      '203.0.113.9',
    ],
    [
      'behind a trusted proxy whose port another has added',
      ['loopback', '10.0.0.0/8', '2001:db8::/32'],
      '127.0.0.1',
      '203.0.113.9:4711, [2001:db8::2]:443, 10.0.0.2:80',
      '203.0.113.9',
    ],
    ['so many hops away', 1, '127.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['two hops away', 2, '127.0.0.1', '198.51.100.7, 203.0.113.9', '198.51.100.7'],
    [
      'the peer, where the header is no address',
      ['loopback'],
      '127.0.0.1',
      'nonsense',
      '127.0.0.1',
    ],
    [
      'without the port that a proxy added',
      ['loopback'],
      '127.0.0.1',
      '203.0.113.9:4711',
      '203.0.113.9',
    ],
    ['IPv6 in brackets', ['loopback'], '127.0.0.1', '[2001:db8::2]:443', '2001:db8::2'],
    ['IPv4 in IPv6 from a proxy', ['loopback'], '::1', '::ffff:203.0.113.9', '203.0.113.9'],
    ['unknown, where the connection is gone', false, '', undefined, 'unknown'],
  ] as const)('is %s', (_name, trust, peer, forwarded, expected) => {
    expect(client(trust as false, peer, forwarded)).toBe(expected);
  });

  test('a forwarded header of a private peer warns once while nobody is trusted', () => {
    const warnings: string[] = [];
    const log = {
      ...silentLog,
      warn: (_details: object, message: string) => warnings.push(message),
    };
    const reader = createAddressReader(false, log);
    reader.clientOf(from('8.8.8.8', '203.0.113.9'));
    expect(warnings).toEqual([]);
    reader.clientOf(from('10.0.0.2', '203.0.113.9'));
    reader.clientOf(from('10.0.0.2', '203.0.113.9'));
    expect(warnings).toEqual([expect.stringContaining('GATEHOUSE_TRUST_PROXY')]);
  });

  test('a trusted proxy that does not say for whom it speaks is warned of once', () => {
    const warnings: string[] = [];
    const log = {
      ...silentLog,
      warn: (_details: object, message: string) => warnings.push(message),
    };
    const reader = createAddressReader(['loopback'], log);
    const by = (peer: string, name?: string, forwarded?: string) => {
      const request = from(peer, forwarded);
      if (name !== undefined) request.headers[name] = 'https';
      return reader.clientOf(request);
    };
    // Whoever asks without a proxy, whoever is not trusted, and a proxy that does as it should.
    by('127.0.0.1');
    by('203.0.113.9', 'via');
    by('127.0.0.1', 'x-forwarded-proto', '203.0.113.9');
    expect(warnings).toEqual([]);
    expect(by('127.0.0.1', 'x-forwarded-proto')).toBe('127.0.0.1');
    by('127.0.0.1', 'x-real-ip');
    expect(warnings).toEqual([expect.stringContaining('without X-Forwarded-For')]);
  });

  test('reaches the context', async () => {
    const { url } = await start({ trustProxy: ['loopback'] });
    const { body } = await ask(url, '{ address }', undefined, { 'x-forwarded-for': '203.0.113.9' });
    expect(body.data.address).toBe('203.0.113.9');
  });
});

describe('the id of a request', () => {
  const idFor = async (trustProxy: false | string[], given: string): Promise<string | null> => {
    const { url } = await start({ trustProxy, newRequestId: () => 'made-here' });
    const { headers } = await ask(url, '{ ping }', undefined, { 'x-request-id': given });
    return headers.get('x-request-id');
  };

  test('is taken from a trusted proxy only', async () => {
    expect(await idFor(['loopback'], 'proxy.id_1-2')).toBe('proxy.id_1-2');
    expect(await idFor(['10.0.0.0/8'], 'proxy.id_1-2')).toBe('made-here');
    expect(await idFor(false, 'proxy.id_1-2')).toBe('made-here');
  });

  test.each(['0A000102:C8A4_7F000001:1FBB_6929_0003:790', 'Root=1-6929ae4a-3f5c', 'aGVsbG8+/w=='])(
    'is kept as a proxy writes it: %s',
    async (given) => {
      expect(await idFor(['loopback'], given)).toBe(given);
    },
  );

  test.each(['a'.repeat(129), 'a b', 'a"b', '{}'])('is made anew where it is %s', async (given) => {
    expect(await idFor(['loopback'], given)).toBe('made-here');
  });

  test('stands on every answer', async () => {
    const { url } = await start();
    for (const path of ['/healthz', '/readyz', '/nothing', '/graphql']) {
      const { headers } = await fetch(new URL(path, url));
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
