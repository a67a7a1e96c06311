import { expect, test } from '@jest/globals';
import { defaultTimes } from '../../src/server/options.js';
import { blocksOf } from '../support/docs.js';

const [nginx = '', haproxy = '', caddy = ''] = blocksOf('docs/proxy.md').map(({ text }) => text);

test('the proxies that ask for readiness do so more often than a stop says that it has begun', () => {
  const intervals = [
    /^ *option httpchk GET \/readyz\n *default-server check inter (\d+)ms fall 1 /m.exec(haproxy),
    /^ *health_uri \/readyz\n *health_interval (\d+)ms$/m.exec(caddy),
  ];
  for (const found of intervals) expect(Number(found?.[1])).toBeLessThan(defaultTimes.drain / 2);
});

test('the proxies keep idle connections for a shorter time than we do', () => {
  // nginx does so by default, for 60 s.
  expect(nginx).not.toContain('keepalive_timeout');
  for (const [text, seconds] of [
    [haproxy, /^ *timeout server (\d+)s$/m],
    [caddy, /^ *keepalive (\d+)s$/m],
  ] as const) {
    expect(Number(seconds.exec(text)?.[1]) * 1000).toBeLessThan(defaultTimes.keepAlive);
  }
});

test('the proxies cut no WebSocket between two pings', () => {
  const seconds = Number(/^ *timeout client (\d+)s$/m.exec(haproxy)?.[1]);
  expect(seconds * 1000).toBeGreaterThan(defaultTimes.socketPing);
});
