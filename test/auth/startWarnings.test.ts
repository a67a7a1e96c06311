import { describe, expect, test } from '@jest/globals';
import { warnAtStart } from '../../src/auth/startWarnings.js';
import { createAuth } from '../../src/index.js';
import { configOf } from '../config/load.js';
import { heardLog } from '../settings/support.js';
import { inProduction } from '../support/production.js';

/** What is said at the start under these variables. */
function said(env: Record<string, string>): string[] {
  const log = heardLog();
  warnAtStart(configOf({ env }), log);
  return log.of('warn');
}

const PRODUCTION = { NODE_ENV: 'production' };

describe('in production the start warns', () => {
  test('of a leeway above five minutes', () => {
    expect(said({ ...PRODUCTION, JWT_LEEWAY: '5m' })).toEqual([]);
    expect(said({ ...PRODUCTION, JWT_LEEWAY: '301' })).toEqual([
      expect.stringMatching(
        /^jwt\.leeway is 301s: .*for that long after its exp.*RFC 7519 §4\.1\.4/,
      ),
    ]);
    expect(said({ JWT_LEEWAY: '1h' })).toEqual([]);
  });

  test('of a reuse interval above five minutes', () => {
    const interval = (value: string) => ({ GATEHOUSE_REFRESH_REUSE_INTERVAL: value });
    expect(said({ ...PRODUCTION, ...interval('5m') })).toEqual([]);
    expect(said({ ...PRODUCTION, ...interval('1h') })).toEqual([
      expect.stringMatching(/^refreshReuseInterval is 1h: .*owner's new pair for that long/),
    ]);
    expect(said(interval('1h'))).toEqual([]);
  });

  test('also where createAuth was passed no env, and the process is in production', async () => {
    const log = heardLog();
    await inProduction(async () => {
      const auth = createAuth({ database: ':memory:', jwt: { leeway: '1h' }, log });
      await auth.ready;
      await auth.close();
    });
    expect(log.of('warn')).toEqual([expect.stringMatching(/^jwt\.leeway is 1h: /)]);
  });
});
