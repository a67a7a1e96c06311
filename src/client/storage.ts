import type { AuthStorage } from './authStorage.js';
import { browser } from './browser.js';

/** Until the page or the process ends, and for one client. */
export function memoryStorage(): AuthStorage {
  const kept: Record<string, string> = {};
  return {
    isPrivate: true,
    getItem: (key) => kept[key] ?? null,
    setItem: (key, value) => (kept[key] = value),
    removeItem: (key) => delete kept[key],
  };
}

/** `localStorage` in a browser: all tabs, and a reload is no logout. Memory elsewhere, and where it is forbidden. */
export function defaultStorage(): AuthStorage {
  try {
    // Node may have one, too. Where it is forbidden, to look at it throws.
    const { document, localStorage } = browser;
    if (document && localStorage) return localStorage;
  } catch {
    // As in Node.
  }
  return memoryStorage();
}
