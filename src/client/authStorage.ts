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
  /**
   * Acts while no other tab does: two answers that set the same cookies must not cross. Without it they may.
   */
  readonly exclusively?: <Result>(act: () => Promise<Result>) => Promise<Result>;
}
