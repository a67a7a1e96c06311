import { pairOf, type AuthPayload } from './pair.js';
import type { AuthClientError, AuthProblem } from './problem.js';

export type Answer<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly problem: AuthProblem };

export type Fetch = typeof globalThis.fetch;

/** In cookie mode the cookies go along; else the platform does as it does. */
export interface Credentials {
  readonly credentials?: 'include';
}

/**
 * Sends a mutation of one field, and answers that field. Never throws: what goes wrong is a value.
 *
 * @param by the guarded fetch, for what must not be sent without a token; never to renew one
 */
export type Ask = <Data>(
  field: string,
  input: object,
  init?: RequestInit,
  by?: Fetch,
) => Promise<Answer<Data>>;

interface Body<Data> {
  readonly data?: { readonly result?: Data } | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { code?: string };
  }[];
}

/** @param select what is asked of a payload */
export function createAsk(
  url: string,
  plainFetch: Fetch,
  credentials: Credentials,
  select: string,
): Ask {
  return async <Data>(
    field: string,
    input: object,
    init?: RequestInit,
    by = plainFetch,
  ): Promise<Answer<Data>> => {
    const problem: Record<string, unknown> = { code: 'NO_ANSWER' };
    try {
      // Each of these fields has one argument, of a type that is called after the field.
      const type = field[0]!.toUpperCase() + field.slice(1);
      const asked = field === 'logout' ? 'revokedSessions' : select;
      const query = `mutation($input:${type}Input!){result:${field}(input:$input){${asked}}}`;
      const response = await by(url, {
        method: 'POST',
        body: JSON.stringify({ query, variables: { input } }),
        ...credentials,
        ...init,
        headers: {
          'Content-Type': 'application/json',
          ...(init?.headers as Record<string, string>),
        },
      });
      problem['status'] = response.status;
      const { data, errors } = (await response.json()) as Body<Data>;
      if (data?.result) {
        // Throws for what is no payload.
        if (asked === select) pairOf(data.result as unknown as AuthPayload<unknown>, 0);
        return { ok: true, data: data.result };
      }
      const { message, extensions } = errors![0]!;
      Object.assign(problem, extensions, { message });
    } catch (error) {
      // Not reached, or something else has answered: `status` tells.
      const { problem: ours } = (error ?? {}) as Partial<AuthClientError>;
      Object.assign(problem, { message: String(error) }, ours);
    }
    return { ok: false, problem: problem as unknown as AuthProblem };
  };
}
