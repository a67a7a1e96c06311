import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Exchange } from './exchange.js';
import { missingPage, page, type ExplorerConfig } from './explorerPage.js';
import { prefersPage } from './mediaTypes.js';
import { HttpRefusal, send, sendHead } from './respond.js';

export interface ExplorerOptions {
  /** Of the endpoint; the files stand below it. */
  readonly path: string;
  readonly explorerFolder?: string;
}

/** What the build left: the files by their roles, and the names of all. */
interface Manifest {
  readonly script: string;
  readonly style: string;
  readonly graphiql: { readonly script: string; readonly style: string };
  readonly workers: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Beside both `src/` and `dist/`: the same place from the source and from the build. */
const builtFolder = join(import.meta.dirname, '../../dist/explorer');

/**
 * The page that a browser gets which opens the endpoint, and the files that it loads from us. Where the files were
 * never built the page says how to build them.
 *
 * @returns answers and says so, or leaves the request to others
 */
export function createExplorer({ path, explorerFolder = builtFolder }: ExplorerOptions) {
  const base = `${path}/explorer/`;
  // One copy for all who ask: who asks a thousand times and reads nothing keeps no more of it.
  const files = new Map<string, Promise<{ content: Buffer; tag: string }>>();

  async function read(name: string): Promise<{ content: Buffer; tag: string }> {
    const content = await readFile(join(explorerFolder, name));
    return { content, tag: `"${createHash('sha256').update(content).digest('base64url')}"` };
  }

  function fileOf(name: string): Promise<{ content: Buffer; tag: string }> {
    const known = files.get(name);
    if (known !== undefined) return known;
    const file = read(name);
    files.set(name, file);
    // A file that could not be read may be there the next time.
    file.catch(() => files.delete(name));
    return file;
  }

  async function readManifest(): Promise<Manifest | null> {
    try {
      return JSON.parse(await readFile(join(explorerFolder, 'manifest.json'), 'utf8')) as Manifest;
    } catch {
      return null;
    }
  }

  async function sendPage(exchange: Exchange): Promise<void> {
    const manifest = await readManifest();
    const html = manifest === null ? missingPage : page(configOf(manifest, path, base));
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': manifest === null ? "default-src 'none'" : contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      vary: 'accept',
    };
    send(exchange, 200, headers, html);
  }

  async function sendFile(exchange: Exchange, name: string): Promise<void> {
    const manifest = await readManifest();
    // Only names of the list are ever read: no path leads out of the folder.
    if (manifest === null || !manifest.files.includes(name)) {
      throw new HttpRefusal(404, 'There is nothing here.', {}, 'NOT_FOUND');
    }
    const { content, tag } = await fileOf(name);
    // The name changes with the content.
    const common = { etag: tag, 'cache-control': 'public, max-age=31536000, immutable' };
    if (exchange.headers['if-none-match'] === tag) {
      sendHead(exchange, 304, common);
      return;
    }
    const type = types[extname(name)] ?? 'application/octet-stream';
    send(exchange, 200, { ...common, 'content-type': type }, content);
  }

  return async (exchange: Exchange): Promise<boolean> => {
    if (exchange.method !== 'GET') return false;
    if (exchange.path === path && prefersPage(exchange.headers.accept)) {
      await sendPage(exchange);
      return true;
    }
    if (!exchange.path.startsWith(base)) return false;
    await sendFile(exchange, exchange.path.slice(base.length));
    return true;
  };
}

function configOf(manifest: Manifest, endpoint: string, base: string): ExplorerConfig {
  const { graphiql, workers, script, style } = manifest;
  return {
    endpoint,
    script: base + script,
    style: base + style,
    graphiql: { script: base + graphiql.script, style: base + graphiql.style },
    workers: Object.fromEntries(Object.entries(workers).map(([name, file]) => [name, base + file])),
  };
}

/** Ourselves, and the Sandbox of Apollo with its frame. Editors set styles from scripts. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' https://embeddable-sandbox.cdn.apollographql.com",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  'frame-src https://sandbox.embed.apollographql.com',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
