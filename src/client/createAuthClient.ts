import { browser, type Channel } from './browser.js';
import { createCalls } from './calls.js';
import { createTime } from './clock.js';
import { createGuardedFetch } from './guardedFetch.js';
import { createKeeper, type Message } from './keeper.js';
import type { Pair } from './pair.js';
import { endReasonOf } from './problem.js';
import type { Refusal } from './refusal.js';
import { createRenewal, patiently } from './renewal.js';
import { defaultStorage } from './storage.js';
import type { AuthClient, AuthClientOptions, AuthEvent, DefaultUser } from './types.js';
import { createVault, keyOf, type Found } from './vault.js';
import { createWatch } from './watch.js';
import { createAsk, type Credentials, type Fetch } from './wire.js';

/**
 * Keeps somebody logged in: renews the pair of tokens before it ends, in all tabs, and gives requests their token.
 * Reads the storage at once; sends nothing before it must. Throws a TypeError for a `url` that is none.
 */
export function createAuthClient<User = DefaultUser>(options: AuthClientOptions): AuthClient<User> {
  const {
    storage = defaultStorage(),
    fetch: plainFetch = (input, init) => fetch(input, init),
    userFields = 'id email roles scopes',
    onEvent = () => undefined,
  } = options;
  const absolute = (url: string | URL): URL => new URL(url, browser.document?.baseURI);
  const url = absolute(options.url).href;
  const time = createTime(options.clock, options.refreshBefore ?? 30);
  const { areTokensHidden: isHidden, exclusively = (act) => act() } = storage;
  const alone: Fetch = (input, init) => exclusively(() => plainFetch(input, init));
  const credentials: Credentials = isHidden ? { credentials: 'include' } : {};
  const tokens = isHidden ? '' : 'accessToken refreshToken';
  const select = `${tokens} accessTokenExpiresIn refreshTokenExpiresIn serverTime session{id}user{${userFields}}`;
  const ask = createAsk(url, plainFetch, credentials, select);

  let changing: Promise<unknown> | undefined;
  const listeners = new Set<() => void>();
  /** Null once this client is disposed of. */
  let channel: Channel | null | undefined;
  const key = keyOf(url);
  const vault = createVault<User>(storage, key, (error) => onEvent({ type: 'failed', error }));
  const keeper = createKeeper<User>(
    vault,
    time,
    (message) => channel?.postMessage(message),
    (type) => {
      if (type !== 'renewed') renewal.cut();
      watch.arm();
      onEvent({ type, reason: keeper.endReason } as AuthEvent);
      // Whoever leaves in one and comes again is not called again for the same.
      for (const listener of [...listeners]) if (listeners.has(listener)) listener();
    },
  );
  const renewal = createRenewal<User>(
    keeper,
    time,
    ({ refresh }, signal) => ask('refreshToken', { refreshToken: refresh }, { signal }, alone),
    (error) => {
      watch.arm();
      if (error) onEvent({ type: 'failed', error });
    },
  );
  const wake = ({ type }: { type?: string }): void => {
    if (type === 'online') renewal.forgive();
    // What another tab says and what it has stored may come in either order, and only the first has a reason.
    time.setTimeout(() => void (channel === null || keeper.sync().then(watch.arm)), 100);
  };
  const watch = createWatch(time, renewal.wait, renewal.renewAhead, wake);

  async function fresh(): Promise<Found<User>> {
    await ready;
    const { current } = keeper;
    if (current && !time.isUsable()) await renewal.renew(current);
    else renewal.renewAhead();
    return keeper.current;
  }

  async function judge(refusal: Refusal, used: Pair<User>): Promise<boolean> {
    const reason = endReasonOf(refusal);
    if (reason) await keeper.end(used, reason);
    else if (refusal.refreshable && keeper.current === used) await renewal.renew(used);
    return refusal.refreshable && !!keeper.current && keeper.current !== used;
  }

  /** The same of what is sent beside `changePassword`: the session that it has ended goes on in its answer. */
  const hear: typeof judge = (...refused) =>
    Promise.resolve(changing).then(() => judge(...refused));

  const ours = [url, ...(options.origins ?? [])].map((each) => absolute(each).origin);
  const isOurs = (target: string | URL): boolean => ours.includes(absolute(target).origin);
  const guard = (by: Fetch, refused: typeof judge): Fetch =>
    createGuardedFetch(by, isOurs, credentials, keeper, fresh, refused);
  const calls = createCalls(
    ask,
    keeper,
    time.now,
    alone,
    guard(alone, judge),
    exclusively,
    isHidden ? renewal : null,
  );

  if (!storage.isPrivate && browser.BroadcastChannel) {
    channel = new browser.BroadcastChannel(key);
    channel.onmessage = ({ data }) => {
      keeper.hear(data as Message<User>);
      wake(data as object);
    };
    // Node would wait for it.
    channel.unref?.();
  }
  const ready = Promise.resolve(keeper.start());

  return {
    ...calls,
    changePassword(input) {
      const answer = Promise.resolve(changing).then(() => calls.changePassword(input));
      // A listener of somebody's may throw in it.
      changing = patiently(time, answer);
      return answer;
    },
    url,
    ready,
    payloadFields: select,
    fetch: guard(plainFetch, hear),
    get session() {
      return keeper.session;
    },
    get endReason() {
      return keeper.endReason;
    },
    serverTime: () => (keeper.current ? keeper.current.server + time.age() : time.now()),
    getAccessToken: async () => (await fresh())?.access ?? null,
    async refused(refusal, token) {
      await ready;
      const { current } = keeper;
      // Where the token is another by now, that one is to be tried.
      return !!current && (token !== current.access || hear(refusal, current));
    },
    subscribe(listener) {
      // The same one may come twice, and leave once.
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    async dispose() {
      const down = renewal.close();
      watch.stop();
      await down;
      channel?.close();
      channel = null;
    },
  };
}
