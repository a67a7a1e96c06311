import { describe, expect, test } from '@jest/globals';
import { createVerifier } from 'fast-jwt';
import { createRemoteJWKSet, jwtVerify, errors } from 'jose';
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { cli } from './cli.js';
import { databaseEnv, runningNode, signup, type RunningNode } from './runningNode.js';

const issuer = 'https://auth.example.com';
const audience = 'https://api.example.com';

/** A server that signs with a pair of its database. */
async function signing(algorithm: string, more = {}): Promise<RunningNode> {
  const env = databaseEnv();
  await cli(['keys', 'generate', '--algorithm', algorithm], { env });
  return runningNode({ ...env, JWT_ALGORITHM: algorithm, ...more });
}

const tokensOf = async (it: RunningNode) =>
  (await it.ask(signup(`ann-${Math.random()}@example.com`))).data.signup;
const jwksOf = async ({ origin }: RunningNode) =>
  (await (await fetch(`${origin}/.well-known/jwks.json`)).json()) as { keys: JsonWebKey[] };

describe('/.well-known/jwks.json', () => {
  test.each(['RS256', 'PS384', 'ES256', 'ES512'])(
    'lets jose’s remote key set verify %s access tokens, and refuses every refresh token',
    async (algorithm) => {
      const it = await signing(algorithm, { JWT_ISSUER: issuer, JWT_AUDIENCE: audience });
      const keys = createRemoteJWKSet(new URL(`${it.origin}/.well-known/jwks.json`));
      const { accessToken, refreshToken } = await tokensOf(it);
      const { payload } = await jwtVerify(accessToken, keys, { issuer, audience, typ: 'at+jwt' });
      expect(payload).toMatchObject({ iss: issuer, aud: audience, scope: '', roles: [] });
      await expect(jwtVerify(refreshToken, keys)).rejects.toThrow(errors.JOSENotSupported);
    },
  );

  test('is enough for fast-jwt too', async () => {
    const it = await signing('ES256');
    const { accessToken, refreshToken } = await tokensOf(it);
    const { keys } = await jwksOf(it);
    const key = async ({ header }: { header: { kid: string } }) => {
      const jwk = keys.find(({ kid }) => kid === header.kid);
      if (jwk === undefined) throw new Error('unknown kid');
      return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    };
    const verify = createVerifier({ key, algorithms: ['ES256'] } as never);
    const claims = await (verify as (token: string) => Promise<object>)(accessToken);
    expect(claims).toMatchObject({ gen: 0, scope: '' });
    await expect((verify as (token: string) => Promise<object>)(refreshToken)).rejects.toThrow(
      'Cannot fetch key',
    );
  });

  test('follows a rotation: a verifier that fetched before finds the new key before it signs', async () => {
    const it = await signing('ES256', { GATEHOUSE_KEY_PUBLISH_DELAY: '1h' });
    const rotated = await it.cli('keys', 'rotate', '--key-publish-delay', '1h');
    expect(rotated.code).toBe(0);
    const deadline = Date.now() + 1000;
    while ((await jwksOf(it)).keys.length < 2 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { keys } = await jwksOf(it);
    expect(keys).toHaveLength(2);
    expect(rotated.stdout).toContain(
      String(keys.map(({ kid }) => kid).find((kid) => rotated.stdout.includes(String(kid)))),
    );
  });

  test('is empty where secrets sign, and has neither them nor the refresh secrets', async () => {
    const it = await runningNode();
    expect(await jwksOf(it)).toEqual({ keys: [] });
    const pair = await signing('ES256');
    const text = JSON.stringify(await jwksOf(pair));
    expect(text).not.toMatch(/"(d|k|p|q|oct)"/);
    expect((await jwksOf(pair)).keys).toHaveLength(1);
  });

  test('may be kept for half the publish delay, and for five minutes at most', async () => {
    const it = await runningNode();
    const of = async ({ origin }: RunningNode) =>
      (await fetch(`${origin}/.well-known/jwks.json`)).headers.get('cache-control');
    expect(await of(it)).toBe('public, max-age=300');
    const hasty = await it.further({ GATEHOUSE_KEY_PUBLISH_DELAY: '60s' });
    expect(await of(hasty)).toBe('public, max-age=30');
  });
});

describe('the metadata of the server', () => {
  const paths = ['openid-configuration', 'oauth-authorization-server'];

  test.each(paths)('at /.well-known/%s names issuer, key set and algorithms', async (path) => {
    const it = await signing('ES256', { JWT_ISSUER: `${issuer}/` });
    const response = await fetch(`${it.origin}/.well-known/${path}`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(await response.json()).toEqual({
      issuer: `${issuer}/`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['ES256'],
      subject_types_supported: ['public'],
      response_types_supported: [],
      grant_types_supported: [],
    });
  });

  test('without an issuer names the host that was asked, and never what is no host', async () => {
    const it = await runningNode();
    const of = (host: string) =>
      new Promise<{ issuer: string; jwks_uri: string }>((resolve, reject) => {
        const { hostname, port } = new URL(it.url);
        const path = '/.well-known/openid-configuration';
        request({ hostname, port, path, headers: { host } }, (response) => {
          json(response).then((body) => resolve(body as never), reject);
        })
          .on('error', reject)
          .end();
      });
    expect(await of('id.example.com:8080')).toMatchObject({
      issuer: 'http://id.example.com:8080',
      jwks_uri: 'http://id.example.com:8080/.well-known/jwks.json',
    });
    expect(await of('a b"c')).toMatchObject({ issuer: 'http://localhost' });
    expect(await of('evil.example/path?')).toMatchObject({ issuer: 'http://evil.example' });
  });

  test('names the host that the browser asked where a trusted proxy says so, and no other says it', async () => {
    const headers = {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'id.example.com',
      'x-forwarded-for': '192.0.2.1',
    };
    const it = await runningNode({ GATEHOUSE_TRUST_PROXY: 'loopback' });
    const of = async ({ origin }: RunningNode) =>
      (
        (await (await fetch(`${origin}/.well-known/openid-configuration`, { headers })).json()) as {
          issuer: string;
        }
      ).issuer;
    expect(await of(it)).toBe('https://id.example.com');
    // A cache in front must not tell one of them what another has asked for.
    const { headers: told } = await fetch(`${it.origin}/.well-known/openid-configuration`);
    expect(told.get('vary')?.split(', ')).toEqual([
      'host',
      'x-forwarded-host',
      'x-forwarded-proto',
    ]);
    const untrusting = await it.further({ GATEHOUSE_TRUST_PROXY: 'false' });
    expect(await of(untrusting)).toBe(untrusting.origin);
  });

  test('varies with the origin of another site that may read it', async () => {
    const it = await runningNode({ GATEHOUSE_CORS_ORIGINS: 'https://app.example.com' });
    const { headers } = await fetch(`${it.origin}/.well-known/openid-configuration`, {
      headers: { origin: 'https://app.example.com' },
    });
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('vary')?.split(', ')).toEqual(expect.arrayContaining(['Origin', 'host']));
  });
});
