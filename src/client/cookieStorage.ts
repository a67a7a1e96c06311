import { browser } from './browser.js';
import type { Pair } from './pair.js';
import type { AuthStorage } from './authStorage.js';
import { defaultStorage } from './storage.js';

/** What is kept is who is logged in and until when; the companion cookie knows better where this page may see it. */
interface Kept extends Pair<unknown> {
  /** The companion cookie was there when this was kept, so that its absence means something. */
  readonly seen?: boolean;
}

const PREFIX = 'cookie ';
/** A request without an answer keeps the others waiting no longer, in milliseconds. */
const LONGEST_WAIT = 5000;

function parse(text: string | null): Kept | null {
  try {
    return JSON.parse(text!) as Kept | null;
  } catch {
    // Not ours: the cookies say more.
    return null;
  }
}

/**
 * Cookie mode: the tokens are in cookies that no script can read.
 *
 * @param name the server's `authCookie`
 */
export function cookieStorage(name: string): AuthStorage {
  const kept = defaultStorage();
  const pattern = new RegExp(
    `(?:^|; )${name.replace(/\W/g, '\\$&')}_info=(\\d+)\\.(\\d+)\\.(\\d+)`,
  );
  // RFC 6265bis §4.1.3: without the attribute such a name can neither be set nor deleted.
  const isPrefixed = name.startsWith('__');
  /** `<access exp>.<refresh exp>.<server time>`, in seconds. Not found where the API has another host. */
  const told = () =>
    pattern
      .exec(browser.document?.cookie ?? '')
      ?.slice(1)
      .map((seconds) => Number(seconds) * 1000) as [number, number, number] | undefined;

  /** Another page may have logged in, out, or refreshed. */
  function corrected(text: string | null): string | null {
    const pair = parse(text);
    const info = told();
    if (info === undefined) return pair?.seen ? null : text;
    const [end, refreshEnd, server] = info;
    if (pair && pair.server >= server) return text;
    // Without a refresh it would never be known who that is.
    if (!pair?.end && !refreshEnd) return null;
    // Whose it is will be known when it has been renewed, and that is due.
    const unknown = {
      sid: '',
      since: 0,
      gen: 0,
      user: null,
      access: null,
      refresh: null,
      server,
      local: 0,
    };
    const old = pair?.end ? pair : unknown;
    const local = old.local + server - old.server;
    return JSON.stringify({ ...old, server, end, refreshEnd: refreshEnd || null, local });
  }

  return {
    areTokensHidden: true,
    isPrivate: !!kept.isPrivate,
    exclusively(act) {
      const { locks } = browser.navigator ?? {};
      if (!locks) return act();
      let isIn = false;
      const begin = (): ReturnType<typeof act> => {
        isIn = true;
        return act();
      };
      // Safari 15 has locks and no `AbortSignal.timeout`.
      const waiting = new AbortController();
      const timer = setTimeout(() => waiting.abort(), LONGEST_WAIT);
      return locks
        .request(`gatehouse cookie ${name}`, { signal: waiting.signal }, begin)
        .catch((error: unknown) => {
          if (isIn) throw error;
          return act();
        })
        .finally(() => clearTimeout(timer));
    },
    getItem(key) {
      // Tokens of a time before cookie mode are not left where scripts can read them.
      void kept.removeItem(key);
      const text = kept.getItem(PREFIX + key);
      return text instanceof Promise ? text.then(corrected) : corrected(text);
    },
    setItem(key, value) {
      const seen = told() !== undefined;
      return kept.setItem(PREFIX + key, JSON.stringify({ ...(JSON.parse(value) as Kept), seen }));
    },
    removeItem(key) {
      const server = told()?.[2];
      if (browser.document)
        browser.document.cookie = `${name}_info=;path=/;max-age=0${isPrefixed ? ';secure' : ''}`;
      // Another tab sees its cookie for a while yet: it must not take what has ended for a new login.
      return server
        ? kept.setItem(PREFIX + key, JSON.stringify({ server }))
        : kept.removeItem(PREFIX + key);
    },
  };
}
