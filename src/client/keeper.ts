import type { Time } from './clock.js';
import { isNewer, type Pair } from './pair.js';
import type { EndReason } from './problem.js';
import type { Session } from './types.js';
import type { Found, Vault } from './vault.js';

/** What the tabs tell each other: a pair that is kept now, or a session that has ended. */
export type Message<User> =
  | { readonly pair: Pair<User>; readonly isLoose: boolean }
  | { readonly sid: string; readonly reason: EndReason };

/** How much earlier than what was stored before it a message may be here, in milliseconds. */
const LAG = 50;

/** Who is logged in: the one place where that changes. */
export interface Keeper<User> {
  /** Undefined until the storage has answered for the first time. */
  current: Found<User>;
  /** The same for others; undefined as well while it is not known whose it is. */
  session: Session<User> | null | undefined;
  endReason: EndReason | null;
  /** Rises when the session becomes another: a refresh that was begun before has nothing more to say. */
  epoch: number;
  /** How often this tab has logged out: a login that was under way must not undo it. */
  leaves: number;
  /** Reads the storage for the first time. */
  start(): Promise<void> | undefined;
  /** What another tab says. */
  hear(message: Message<User>): void;
  /** Looks what the storage says by now, and whether `heard` is newer; `isLoose`: it could not be kept where it was made. */
  sync(heard?: Pair<User>, isLoose?: boolean): Promise<void>;
  /** Keeps the pair of a new login, whatever there was. False: `leaves` is not what it was. */
  enter(pair: Pair<User>, leaves: number): Promise<boolean>;
  /** Keeps the pair of a refresh that began in `epoch`, unless something newer has come. */
  renewed(pair: Pair<User>, epoch: number): Promise<void>;
  /** Ends the session of `pair`, unless something newer has come. */
  end(pair: Pair<User>, reason: EndReason): Promise<void>;
  /** Forgets the session at once, everywhere. Answers the latest pair there was. */
  leave(): Promise<Found<User>>;
}

/**
 * @param post tells the other tabs
 * @param onChange there is another session, a new pair of the same, or none any more
 */
export function createKeeper<User>(
  vault: Vault<User>,
  time: Time,
  post: (message: Message<User>) => void,
  onChange: (kind: 'in' | 'renewed' | 'out') => void,
): Keeper<User> {
  let tail: Promise<unknown> = Promise.resolve();
  /** The session of which another tab has told last that it has ended, and when that was. */
  let [gone, goneAt]: [string | null, number] = [null, 0];
  /** Acts on what is kept. One at a time, in the order in which it was asked for. */
  function update<Result>(
    act: (found: Found<User>) => Result | Promise<Result>,
    isSure?: boolean,
  ): Promise<Result> {
    const done = tail.then(() => vault.read(isSure)).then(act);
    tail = done.catch(() => undefined);
    return done;
  }

  function take(pair: Pair<User>): void {
    const isSame = keeper.current?.sid === pair.sid;
    if (!isSame) keeper.epoch++;
    keeper.current = pair;
    keeper.session = sessionOf(pair);
    keeper.endReason = null;
    time.begin(pair);
    onChange(isSame ? 'renewed' : 'in');
  }

  function drop(reason: EndReason): void {
    const was = keeper.current;
    keeper.current = keeper.session = null;
    if (!was) return;
    keeper.epoch++;
    keeper.endReason = reason;
    onChange('out');
  }

  /** Brings this tab in line with what the storage says. */
  function follow(found: Found<User>): Promise<void> | undefined {
    const { current } = keeper;
    const isGone = !current && found?.sid === gone;
    const isLate = time.steady() - goneAt >= LAG;
    if (isLate) gone = null;
    // Whoever ended it has wiped it, and perhaps logged in again: for a while that may not be seen here.
    if (isGone) return isLate ? vault.write(null) : undefined;
    // What cannot be read at the start is as good as none.
    if (found === null || (found === undefined && !current)) drop('LOGGED_OUT');
    else if (found === undefined) return undefined;
    else if (!current || isNewer(found, current)) take(found);
    // A slower tab has put an older pair over ours, or that of an earlier login.
    else if (isNewer(current, found)) return vault.write(current);
    return undefined;
  }

  const supersedes = (found: Found<User>, pair: Pair<User>): boolean =>
    !!found?.sid && isNewer(found, pair);

  async function keep(pair: Pair<User>): Promise<void> {
    // In storage before it is used: a crash in between must not look like theft.
    await vault.write(pair);
    post({ pair, isLoose: vault.isLoose });
  }

  const keeper: Keeper<User> = {
    current: undefined,
    session: undefined,
    endReason: null,
    epoch: 0,
    leaves: 0,
    start() {
      const found = vault.read();
      return found instanceof Promise ? update(follow) : follow(found);
    },
    hear(message) {
      const { current } = keeper;
      if ('reason' in message) {
        const { sid, reason } = message;
        if (current?.sid === sid) drop(reason);
        // In cookie mode it may not have been known whose it was.
        [gone, goneAt] = [sid || null, time.steady()];
        void update((found) =>
          // It saw the old pair there, and has wiped ours.
          found === null && keeper.current ? vault.write(keeper.current) : follow(found),
        );
      } else {
        void keeper.sync(message.pair, message.isLoose);
      }
    },
    sync(heard, isLoose) {
      const { epoch } = keeper;
      return update((kept) => {
        // Tabs may have a storage each: which of them failed, or has recovered, ours must not contradict.
        if (heard && (isLoose ? !kept || kept.sid === heard.sid : kept)) vault.isLoose = !!isLoose;
        if (epoch !== keeper.epoch) return undefined;
        const found = vault.isLoose ? undefined : kept;
        // Whose storage had room for a pair that we do not see in ours has another one.
        const isNoNews = vault.isLoose && !isLoose && heard?.sid !== keeper.current?.sid;
        // It may be ahead of what other tabs have stored, and each has a `sessionStorage` of its own: with a login of
        // its own, too.
        if (heard && heard.sid !== gone && found?.sid === heard.sid && isNewer(heard, found)) {
          return follow(heard) ?? vault.write(heard);
        }
        return follow(found === undefined && !isNoNews ? heard : found);
      }, !!heard);
    },
    enter: (pair, leaves) =>
      update(async (found) => {
        // The clocks of two nodes may differ: the login that comes later is the later one.
        const latest = { ...pair, since: Math.max(pair.since, (found?.since ?? 0) + 1) };
        if (leaves === keeper.leaves) await keep(latest);
        // Whoever has logged out meanwhile waits behind us to clear the storage.
        const isFirst = leaves === keeper.leaves;
        if (isFirst) take(latest);
        return isFirst;
      }),
    renewed: (pair, epoch) =>
      update(async (found) => {
        if (epoch !== keeper.epoch) return;
        if (found === null || supersedes(found, pair)) return follow(found);
        await keep(pair);
        if (epoch === keeper.epoch) take(pair);
      }),
    end: (pair, reason) =>
      update((found) => {
        if (keeper.current !== pair) return;
        if (supersedes(found, pair)) return follow(found);
        drop(reason);
        post({ sid: pair.sid, reason });
        return vault.write(null);
      }),
    leave() {
      const was = keeper.current;
      keeper.leaves++;
      drop('LOGGED_OUT');
      return update(async (found) => {
        // What was being read when we left has been taken meanwhile.
        drop('LOGGED_OUT');
        const pair = found ?? was;
        await vault.write(null);
        if (pair) post({ sid: pair.sid, reason: 'LOGGED_OUT' });
        return pair;
      });
    },
  };
  return keeper;
}

const sessionOf = <User>({ sid, user, end, refreshEnd }: Pair<User>): Session<User> | undefined =>
  sid === '' ? undefined : { id: sid, user, accessExpiresAt: end, refreshExpiresAt: refreshEnd };
