import type { Pair } from './pair.js';
import type { AuthStorage } from './authStorage.js';

/** A pair; null: nobody is logged in; undefined: the storage does not say. */
export type Found<User> = Pair<User> | null | undefined;

/** The pair in its storage. */
export interface Vault<User> {
  /** The storage failed, here or in another tab: until it takes a pair again, memory alone counts. */
  isLoose: boolean;
  /** At once where the storage answers at once. `isSure`: also what counts for nothing. */
  read(isSure?: boolean): Found<User> | Promise<Found<User>>;
  /** What cannot be kept is wiped, so that nobody comes upon a pair that has been spent. Null: wipes it. */
  write(pair: Pair<User> | null): Promise<void>;
}

/** The name of what is kept, and of the channel between tabs. */
export const keyOf = (url: string): string => `gatehouse ${url}`;

export function parsePair<User>(text: string | null): Pair<User> | null {
  try {
    const pair = JSON.parse(text!) as Pair<User> | null;
    return pair?.end ? pair : null;
  } catch {
    // Not ours: as if there were none.
    return null;
  }
}

export function createVault<User>(
  storage: AuthStorage,
  key: string,
  onFailure: (error: unknown) => void,
): Vault<User> {
  const failed = (error: unknown): undefined => void onFailure(error);

  return {
    isLoose: false,
    read(isSure) {
      if (this.isLoose && !isSure) return undefined;
      try {
        const text = storage.getItem(key);
        // Not `instanceof`: where Promise is replaced, as by zone.js, not every promise is one of its.
        return (text as Promise<string | null> | null)?.then
          ? Promise.resolve(text).then(parsePair<User>, failed)
          : parsePair(text as string | null);
      } catch (error) {
        return failed(error);
      }
    },
    async write(pair) {
      const text = pair && JSON.stringify(pair);
      this.isLoose = false;
      try {
        if (text) return void (await storage.setItem(key, text));
      } catch {
        // Full? What is there already may make room.
      }
      try {
        await storage.removeItem(key);
        if (text) await storage.setItem(key, text);
      } catch (error) {
        this.isLoose = !!text;
        onFailure(error);
      }
    },
  };
}
