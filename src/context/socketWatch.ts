import type { UnauthenticatedReason } from '../common.js';
import type { Log } from '../log.js';
import { andThen, type MaybePromise } from '../outcome.js';
import { SECOND, type Clock } from '../time.js';
import { decodeToken } from '../tokens/decode.js';
import type { Credential } from '../viewer.js';

/** A socket that was opened with an access token. */
export interface WatchedSocket {
  readonly token: string;
  /** What the token is worth now. */
  readonly ask: () => MaybePromise<Credential>;
  /** Is called once, when the token has ceased to be good. */
  readonly end: (reason: UnauthenticatedReason) => void;
}

/** Ends sockets with their tokens, also those on which nothing happens. */
export interface SocketWatch {
  /** Answers what takes the socket off the watch; safe to call again. */
  add(socket: WatchedSocket): () => void;
  /** Sockets on the watch. */
  readonly size: number;
  /** Timers that are set. */
  readonly timers: number;
  /** Clears the timers. Ends no socket. */
  close(): void;
}

/** A little less than a second, so that a revoked session has lost its sockets within one. */
const SWEEP_INTERVAL = 0.9 * SECOND;
/** Tokens asked about in one turn of the event loop: requests are answered in between. */
const TOKENS_PER_TURN = 200;
/** The longest time that a timer of Node can wait, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

/** All sockets that were opened with one token: they live and end together. */
interface Group {
  readonly sockets: Set<WatchedSocket>;
  readonly expiry: NodeJS.Timeout | null;
  /** The answer about the token has not come yet. */
  isAsking: boolean;
}

/** One timer asks about all tokens, each once however many sockets it has; another for each token waits for its `exp`. */
export function createSocketWatch({ clock, log }: { clock: Clock; log: Log }): SocketWatch {
  const groups = new Map<string, Group>();
  let timer: NodeJS.Timeout | null = null;
  let isSweeping = false;
  let closed = false;

  function drop(token: string, group: Group): void {
    if (group.expiry !== null) clearTimeout(group.expiry);
    if (groups.get(token) === group) groups.delete(token);
    if (groups.size === 0 && timer !== null) {
      clearTimeout(timer);
      timer = null;
    }
  }

  function judged(token: string, group: Group, credential: Credential): void {
    // A store that cannot be asked has not said no.
    if (credential.kind === 'valid' || credential.kind === 'unavailable') return;
    const reason = credential.kind === 'rejected' ? credential.reason : 'TOKEN_INVALID';
    drop(token, group);
    for (const socket of [...group.sockets]) socket.end(reason);
    group.sockets.clear();
  }

  /**
   * Never throws: what cannot be asked about now is asked about again. Nobody waits for the answer: a handler that gives
   * none would keep every other socket open.
   */
  function check(token: string): void {
    const group = groups.get(token);
    const [first] = group?.sockets ?? [];
    if (group === undefined || first === undefined || group.isAsking) return;
    const failed = (err: unknown): void =>
      log.error({ err }, 'The token of a socket could not be checked.');
    try {
      const done = andThen(first.ask(), (credential) => judged(token, group, credential));
      if (!(done instanceof Promise)) return;
      group.isAsking = true;
      done.catch(failed).finally(() => (group.isAsking = false));
    } catch (error) {
      failed(error);
    }
  }

  async function sweep(): Promise<void> {
    timer = null;
    isSweeping = true;
    const tokens = [...groups.keys()];
    for (let at = 0; at < tokens.length && !closed; at += TOKENS_PER_TURN) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve));
      tokens.slice(at, at + TOKENS_PER_TURN).forEach(check);
    }
    isSweeping = false;
    schedule();
  }

  function schedule(): void {
    if (closed || isSweeping || timer !== null || groups.size === 0) return;
    timer = setTimeout(() => void sweep(), SWEEP_INTERVAL).unref();
  }

  function expiryOf(token: string): NodeJS.Timeout | null {
    const exp = decodeToken(token).claims?.['exp'];
    if (typeof exp !== 'number') return null;
    // A timer may fire a moment early; where `leeway` lets the token live on, the next sweep ends it.
    const delay = Math.max(0, exp * SECOND - clock.now()) + 1;
    return setTimeout(() => check(token), Math.min(delay, MAX_DELAY)).unref();
  }

  return {
    add(socket) {
      if (closed) return () => undefined;
      const { token } = socket;
      const group = groups.get(token) ?? {
        sockets: new Set(),
        expiry: expiryOf(token),
        isAsking: false,
      };
      groups.set(token, group);
      group.sockets.add(socket);
      schedule();
      return () => {
        if (group.sockets.delete(socket) && group.sockets.size === 0) drop(token, group);
      };
    },
    get size() {
      return [...groups.values()].reduce((sum, { sockets }) => sum + sockets.size, 0);
    },
    get timers() {
      const expiries = [...groups.values()].filter(({ expiry }) => expiry !== null).length;
      return expiries + (timer === null ? 0 : 1);
    },
    close() {
      closed = true;
      for (const [token, group] of [...groups]) drop(token, group);
    },
  };
}
