import { describe, expect, test } from '@jest/globals';
import { configOf, problemsOf } from './load.js';

describe('precedence', () => {
  const code = { jwt: { expirationDelta: '1m' }, port: 1 };

  test('the environment beats code, a flag beats the environment', () => {
    const env = { JWT_EXPIRATION_DELTA: '2m', GATEHOUSE_PORT: '2' };
    expect(configOf({ code }).jwt.expirationDelta).toBe(60);
    expect(configOf({ code, env }).jwt.expirationDelta).toBe(120);
    expect(configOf({ code, env, flags: { port: '3' } })).toMatchObject({ port: 3 });
  });

  test('GATEHOUSE_DATABASE beats DATABASE_URL', () => {
    const env = { GATEHOUSE_DATABASE: 'a.db', DATABASE_URL: 'b.db' };
    expect(configOf({ env }).database).toBe('a.db');
    expect(configOf({ env: { DATABASE_URL: 'b.db' } }).database).toBe('b.db');
  });
});

describe('defaults', () => {
  const development = {
    production: false,
    port: 4000,
    host: '127.0.0.1',
    path: '/graphql',
    database: 'data/gatehouse.db',
    introspection: true,
    filterIntrospection: false,
    explorer: true,
    refreshReuseInterval: 30,
    refreshSliding: false,
    sessionMaxAge: 7_776_000,
    signup: 'open',
    trustProxy: false,
    auditRetention: 7_776_000,
    refreshAuditRetention: 604_800,
    corsOrigins: [],
    maxBodySize: 1_048_576,
    maxTokens: 5000,
    maxDepth: 20,
    maxAliases: 30,
    maxRootFields: 20,
    maxDirectives: 50,
    maxFragments: 100,
    maxVariableDepth: 32,
    jwt: {
      algorithm: 'HS256',
      verify: true,
      verifyExpiration: true,
      leeway: 0,
      expirationDelta: 300,
      allowRefresh: true,
      refreshExpirationDelta: 604_800,
      authHeaderPrefix: 'Bearer',
      secretKey: undefined,
    },
  };

  test('of development hold for anything but NODE_ENV=production', () => {
    expect(configOf({})).toMatchObject(development);
    expect(configOf({ env: { NODE_ENV: 'prod' } })).toMatchObject(development);
  });

  test('of production open the host and close introspection and explorer', () => {
    expect(configOf({ env: { NODE_ENV: 'production' } })).toMatchObject({
      production: true,
      host: '0.0.0.0',
      introspection: false,
      explorer: false,
    });
  });

  test('the settings are frozen', () => {
    const config = configOf({});
    expect([config, config.jwt, config.corsOrigins].every(Object.isFrozen)).toBe(true);
  });
});

describe('misspelt names', () => {
  test.each([
    [{ env: { JWT_SECRET: 'hidden' } }, /JWT_SECRET is no setting\. Did you mean JWT_SECRET_KEY\?/],
    [
      { env: { GATEHOUSE_PROT: '1' } },
      /GATEHOUSE_PROT is no setting\. Did you mean GATEHOUSE_PORT\?/,
    ],
    [
      { env: { GATEHOUSE_QUITE_ELSE: '1' } },
      /GATEHOUSE_QUITE_ELSE is no setting\. Rename or unset/,
    ],
    [
      { env: { JWT_EXPIRATION_DETLA: '5m' } },
      /variable JWT_EXPIRATION_DETLA is no setting\. Did you mean JWT_EXPIRATION_DELTA\?/,
    ],
    [
      { flags: { 'jwt-expiration-detla': '5m' } },
      /flag --jwt-expiration-detla is no setting\. Did you mean --jwt-expiration-delta\?/,
    ],
    [
      { code: { jwt: { expirationDetla: '5m' } } },
      /option jwt\.expirationDetla does not exist\. Did you mean jwt\.expirationDelta\?/,
    ],
    [{ flags: { 'jwt-leway': '1' } }, /--jwt-leway is no setting\. Did you mean --jwt-leeway\?/],
    [{ code: { jwt: { leway: 1 } } }, /jwt\.leway does not exist\. Did you mean jwt\.leeway\?/],
    [{ code: { prot: 1 } }, /option prot does not exist\. Did you mean port\?/],
    [{ code: { jwt: 'x' } }, /^jwt must be an object/],
  ])('%j', (options, sentence) => {
    const problems = problemsOf(options as object);
    expect(problems).toEqual([expect.stringMatching(sentence)]);
    expect(problems.join()).not.toContain('hidden');
  });

  test('variables of others and options of the caller are left alone', () => {
    expect(problemsOf({ env: { PATH: '/bin', NODE_ENV: 'x' } })).toEqual([]);
    expect(problemsOf({ code: { store: {} } as object, otherOptions: ['store'] })).toEqual([]);
  });
});
