import { browser } from './browser.js';

type Later<Value> = Value | Promise<Value>;

/**
 * Where a pair is kept: three verbs, at once or by promise, as `localStorage`, `sessionStorage` and React Native's
 * `AsyncStorage` have them. They may throw: nobody is logged out by that. They must settle.
 */
export interface AuthStorage {
  getItem(key: string): Later<string | null>;
  setItem(key: string, value: string): Later<unknown>;
  removeItem(key: string): Later<unknown>;
  /** Nobody else sees it: other tabs need not be told. */
  readonly isPrivate?: boolean;
  /** The tokens are in cookies, and are not asked for. */
  readonly areTokensHidden?: boolean;
}

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
    // Node may have one, too.
    if (browser.document && browser.localStorage) return browser.localStorage;
  } catch {
    // To look at it is forbidden.
  }
  return memoryStorage();
}
