import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, start } from './testServer.js';

const browserAccept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const open = (url: string) => fetch(url, { headers: { accept: browserAccept } });

/** `fetch` would tidy the path. */
function rawGet(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ port, path, host: '127.0.0.1' }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .once('error', reject)
      .end();
  });
}

describe('the explorer', () => {
  let explorerFolder: string;

  beforeAll(async () => {
    explorerFolder = await mkdtemp(join(tmpdir(), 'explorer-'));
    const manifest = {
      script: 'page-1.js',
      style: 'page-1.css',
      graphiql: { script: 'graphiql-1.js', style: 'graphiql-1.css' },
      workers: { editor: 'editor-1.js' },
      files: ['page-1.js', 'page-1.css'],
    };
    await writeFile(join(explorerFolder, 'manifest.json'), JSON.stringify(manifest));
    await writeFile(join(explorerFolder, 'page-1.js'), 'export {};');
    await writeFile(join(explorerFolder, 'page-1.css'), 'body {}');
    await writeFile(join(explorerFolder, 'secret.txt'), 'not listed');
  });

  afterAll(() => rm(explorerFolder, { recursive: true }));

  test('is a page for browsers, with login, variables and header filled in', async () => {
    const { url } = await start({ explorer: true, explorerFolder });
    const response = await open(url);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('mutation Login');
    expect(html).toContain('"Authorization":"Bearer ');
    expect(html).toContain('src="/graphql/explorer/page-1.js"');
  });

  test('leaves the endpoint to programs', async () => {
    const { url } = await start({ explorer: true, explorerFolder });
    expect((await ask(url, '{ ping }')).body).toEqual({ data: { ping: 'pong' } });
    const response = await fetch(`${url}?query={ping}`, {
      headers: { accept: 'application/json', 'apollo-require-preflight': 'yes' },
    });
    expect(await response.json()).toEqual({ data: { ping: 'pong' } });
  });

  test('is no page where it is off', async () => {
    const { url } = await start({ explorer: false, explorerFolder });
    const response = await open(url);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect((await fetch(`${url}/explorer/page-1.js`)).status).toBe(404);
  });

  test('says how to build what is not built', async () => {
    const { url } = await start({ explorer: true, explorerFolder: '/nowhere' });
    const response = await open(url);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('npm run build');
  });

  test('serves its files for ever, and answers 304 to who has them', async () => {
    const { url } = await start({ explorer: true, explorerFolder });
    const response = await fetch(`${url}/explorer/page-1.js`);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await response.text()).toBe('export {};');
    const again = await fetch(`${url}/explorer/page-1.js`, {
      headers: { 'if-none-match': response.headers.get('etag') as string },
    });
    expect(again.status).toBe(304);
  });

  test('reads a file once, however many ask for it', async () => {
    // Each copy would stay in memory for as long as its reader does not read.
    await writeFile(join(explorerFolder, 'page-1.css'), 'body {}');
    const { url } = await start({ explorer: true, explorerFolder });
    expect(await (await fetch(`${url}/explorer/page-1.css`)).text()).toBe('body {}');
    await writeFile(join(explorerFolder, 'page-1.css'), 'another');
    expect(await (await fetch(`${url}/explorer/page-1.css`)).text()).toBe('body {}');
  });

  test('finds a file that was not there at first', async () => {
    await rm(join(explorerFolder, 'page-1.css'));
    const { url } = await start({ explorer: true, explorerFolder });
    expect((await fetch(`${url}/explorer/page-1.css`)).status).toBe(500);
    await writeFile(join(explorerFolder, 'page-1.css'), 'body {}');
    expect(await (await fetch(`${url}/explorer/page-1.css`)).text()).toBe('body {}');
  });

  test.each([
    '/graphql/explorer/secret.txt',
    '/graphql/explorer/manifest.json',
    '/graphql/explorer/',
    '/graphql/explorer/../../../../etc/passwd',
    '/graphql/explorer/..%2f..%2fetc%2fpasswd',
    '/graphql/explorer//etc/passwd',
    '/graphql/explorer/page-1.js%00',
  ])('serves nothing that is not listed: %s', async (path) => {
    const { port } = await start({ explorer: true, explorerFolder });
    expect(await rawGet(port, path)).toBe(404);
  });

  test('introspection is off where it is switched off', async () => {
    const { url } = await start({ introspection: false, production: true });
    const { body } = await ask(url, '{ __schema { queryType { name } } }');
    expect(body.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(body.data).toBeUndefined();
  });

  test('in production no error suggests names', async () => {
    const development = await start();
    expect((await ask(development.url, '{ pin }')).body.errors[0].message).toContain(
      'Did you mean',
    );
    const production = await start({ production: true });
    expect((await ask(production.url, '{ pin }')).body.errors[0].message).not.toContain('mean');
  });
});
