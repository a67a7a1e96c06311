import { expect } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';

/** For each setting: a right value as text, what it means, and a wrong one. */
export interface Sample {
  right: string;
  means: unknown;
  wrong: string;
}

const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export const keyPair = { publicKey: pair.publicKey, privateKey: pair.privateKey };

/** 64 bytes: long enough for every HS algorithm. */
export const SECRET = 'a secret of sixty-four bytes, which is long enough for HS512 ....';

const limit: Sample = { right: '7', means: 7, wrong: '0' };

/** Wrong without what the module exports. */
const handler: Sample = {
  right: './handlers.mjs#made',
  means: expect.any(Function),
  wrong: './handlers.mjs',
};

export const samples: Record<string, Sample> = {
  port: { right: '8080', means: 8080, wrong: '65536' },
  host: { right: '::1', means: '::1', wrong: 'a host' },
  workers: { right: 'auto', means: 'auto', wrong: '0' },
  path: { right: '/api/graphql', means: '/api/graphql', wrong: '/healthz' },
  database: { right: '/var/lib/a.db', means: '/var/lib/a.db', wrong: 'mysql://u:hidden@h/db' },
  trustProxy: {
    right: 'loopback, 10.0.0.0/8',
    means: ['loopback', '10.0.0.0/8'],
    wrong: 'true',
  },
  corsOrigins: {
    right: 'https://a.example,http://localhost:3000',
    means: ['https://a.example', 'http://localhost:3000'],
    wrong: 'https://a.example/',
  },
  introspection: { right: 'false', means: false, wrong: 'no' },
  filterIntrospection: { right: 'true', means: true, wrong: 'no' },
  explorer: { right: 'false', means: false, wrong: '1' },
  persistedQueries: { right: 'true', means: true, wrong: 'yes' },
  compiledQueries: { right: 'false', means: false, wrong: 'off' },
  logLevel: { right: 'warn', means: 'warn', wrong: 'verbose' },
  'jwt.secretKey': {
    right: SECRET,
    means: [new TextEncoder().encode(SECRET)],
    wrong: '["hidden", "hidden"]',
  },
  'jwt.publicKey': { right: pair.publicKey, means: pair.publicKey, wrong: pair.privateKey },
  'jwt.privateKey': { right: pair.privateKey, means: pair.privateKey, wrong: 'hidden.pem' },
  'jwt.algorithm': { right: 'HS512', means: 'HS512', wrong: 'none' },
  'jwt.verify': { right: 'false', means: false, wrong: 'no' },
  'jwt.verifyExpiration': { right: 'false', means: false, wrong: '0' },
  'jwt.leeway': { right: '10', means: 10, wrong: '-1' },
  'jwt.expirationDelta': { right: '10m', means: 600, wrong: '0' },
  'jwt.audience': { right: 'api', means: 'api', wrong: '' },
  'jwt.issuer': { right: 'https://i.example', means: 'https://i.example', wrong: '' },
  'jwt.allowRefresh': { right: 'false', means: false, wrong: 'False' },
  'jwt.refreshExpirationDelta': { right: '2w', means: 1_209_600, wrong: '7 days' },
  'jwt.authHeaderPrefix': { right: 'JWT', means: 'JWT', wrong: 'two words' },
  keyPublishDelay: { right: '1h', means: 3600, wrong: '1 hour' },
  masterKey: {
    right: 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE',
    means: Buffer.alloc(32, 1),
    wrong: 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=',
  },
  'jwt.encodeHandler': handler,
  'jwt.decodeHandler': { ...handler, right: '/opt/a#b/tokens.mjs#default' },
  'jwt.payloadHandler': handler,
  'jwt.payloadGetUserIdHandler': { ...handler, wrong: '#made' },
  'jwt.responsePayloadHandler': { ...handler, wrong: './handlers.mjs#two words' },
  'jwt.getUserSecretKey': { ...handler, wrong: '(user) => user.id' },
  'jwt.authCookie': { right: '__Secure-app', means: '__Secure-app', wrong: 'two words' },
  refreshReuseInterval: { right: '500ms', means: 0.5, wrong: 'soon' },
  sessionCache: { right: '5s', means: 5, wrong: '5 s.' },
  refreshSliding: { right: 'true', means: true, wrong: 'yes' },
  sessionMaxAge: { right: '30d', means: 2_592_000, wrong: '1.5s' },
  signup: { right: 'closed', means: 'closed', wrong: 'shut' },
  onInvalidToken: { right: 'reject', means: 'reject', wrong: 'refuse' },
  hideTokens: { right: 'true', means: true, wrong: 'yes' },
  auditRetention: { right: '1d', means: 86_400, wrong: '1y' },
  refreshAuditRetention: { right: '1h', means: 3600, wrong: 'x' },
  legacyTokens: {
    right: `{"kind":"simplejwt","until":"2027-01-31","key":"${SECRET}"}`,
    means: {
      kind: 'simplejwt',
      until: Date.UTC(2027, 0, 31),
      key: [new TextEncoder().encode(SECRET)],
      algorithm: 'HS256',
      prefix: 'Bearer',
      lifetime: 300,
      audience: undefined,
      issuer: undefined,
      userClaim: undefined,
      tokenTypeClaim: 'token_type',
    },
    wrong: '{"kind":"simplejwt","until":"2027-01-31","key":["hidden","hidden"]}',
  },
  maxBodySize: { right: '512KiB', means: 524_288, wrong: '2GiB' },
  maxTokens: limit,
  maxDepth: limit,
  maxAliases: limit,
  maxRootFields: limit,
  maxDirectives: limit,
  maxFragments: limit,
  maxVariableDepth: limit,
};
