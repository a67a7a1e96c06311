import type { Keeper } from './keeper.js';
import { isOther, type Pair } from './pair.js';
import { CANCELLED, clientError } from './problem.js';
import { isQuery, verdictOf, type Refusal } from './refusal.js';
import type { Found } from './vault.js';
import type { Credentials, Fetch } from './wire.js';

/**
 * A `fetch` that adds the token, renews it when due, and sends once more what was refused for the token's age.
 *
 * @param isOurs whether tokens may go there
 * @param fresh the present pair, renewed if that is due
 * @param refused to be told of a refusal; answers whether there is another pair to try
 */
export function createGuardedFetch<User>(
  plainFetch: Fetch,
  isOurs: (url: string | URL) => boolean,
  credentials: Credentials,
  keeper: Keeper<User>,
  fresh: () => Promise<Found<User>>,
  refused: (refusal: Refusal, used: Pair<User>) => Promise<boolean>,
): Fetch {
  return async (input, init) => {
    const whole = input instanceof Request ? input : null;
    const headers = new Headers(init?.headers ?? whole?.headers);
    // The caller's own header stays, and our token goes to nobody else.
    if (headers.has('Authorization') || !isOurs(whole?.url ?? (input as string | URL))) {
      return plainFetch(input, init);
    }
    const send = (pair: Found<User>): Promise<Response> => {
      headers.delete('Authorization');
      if (pair?.access) headers.set('Authorization', `Bearer ${pair.access}`);
      return plainFetch(whole?.clone() ?? input, { ...init, headers, ...credentials });
    };
    const read = async (): Promise<unknown> => init?.body ?? whole?.clone().text();
    const signal = init?.signal ?? whole?.signal;
    const asker = keeper.current;
    const used = await unlessAborted(fresh(), signal);
    if (used && isOther(asker, used) && !isQuery(await read(), init?.method ?? whole?.method)) {
      throw clientError(CANCELLED, Infinity);
    }
    const response = await send(used);
    if (!used) return response;
    const [refusal, mayRepeat] = await verdictOf(response, read);
    const cure = async () => refusal && (await refused(refusal, used)) && mayRepeat && fresh();
    const next = await unlessAborted(cure(), signal);
    // A stream cannot be read twice, one of Node's neither. React Native has no class of that name.
    const body = init?.body as Partial<ReadableStream> | null | undefined;
    const isSpent = body?.getReader ?? body?.[Symbol.asyncIterator];
    return !next || isOther(used, next) || isSpent ? response : send(next);
  };
}

/** Who has given up need not wait for a refresh. */
const unlessAborted = <Value>(value: Promise<Value>, signal?: AbortSignal | null): Promise<Value> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(signal!.reason as Error);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    const done = (): void => signal?.removeEventListener('abort', abort);
    value.then(resolve, reject).finally(done);
  });
