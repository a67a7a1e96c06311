import { browser } from './browser.js';
import { isNewer, type Pair } from './pair.js';
import type { AuthStorage } from './authStorage.js';
import { defaultStorage } from './storage.js';
import type { AuthClient } from './types.js';
import { keyOf, parsePair } from './vault.js';

/**
 * On the server: stops a client and answers its pair for `takeOver`, which alone goes on with it. Null: nobody is
 * logged in. The text holds the tokens; in a page escape `<` as `\u003c`, and keep the page out of caches.
 *
 * @param storage the client's
 */
export async function handOver(
  client: Pick<AuthClient<never>, 'url' | 'dispose' | 'serverTime'>,
  storage: AuthStorage,
): Promise<string | null> {
  // A refresh in the air is waited for, so that the pair which is handed over is the last.
  await client.dispose();
  const pair = parsePair<unknown>(await storage.getItem(keyOf(client.url)));
  if (pair === null) return null;
  await storage.removeItem(keyOf(client.url));
  // The other side has another clock, and counts from now.
  return JSON.stringify({ ...pair, server: client.serverTime() });
}

/**
 * In the browser, before `createAuthClient`: keeps a pair that was handed over, unless a later one is there already.
 *
 * @param url as `createAuthClient` gets it
 * @param text what `handOver` has answered
 * @param storage as `createAuthClient` gets it
 */
export async function takeOver(
  url: string,
  text: string | null,
  storage: AuthStorage = defaultStorage(),
): Promise<void> {
  if (text === null) return;
  const key = keyOf(new URL(url, browser.document?.baseURI).href);
  // It was handed over after this page was asked for.
  const local = browser.document ? performance.timeOrigin : Date.now();
  const pair = { ...(JSON.parse(text) as Pair<unknown>), local };
  const kept = parsePair<unknown>(await storage.getItem(key));
  if (!kept || !isNewer(kept, pair)) await storage.setItem(key, JSON.stringify(pair));
}
