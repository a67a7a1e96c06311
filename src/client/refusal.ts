import type { AuthProblem } from './problem.js';

/** `UNAUTHENTICATED`, as far as it matters here. */
export type Refusal = Pick<
  AuthProblem & { code: 'UNAUTHENTICATED' },
  'code' | 'reason' | 'refreshable'
>;

interface GraphqlResult {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: Refusal }[];
}

/** A text with a query and no mutation in it, or none at all. Of files and streams nobody knows. */
const isQuery = /^(undefined)?$|^(?![^]*\bmutation\b)[^]*"query"/;

/**
 * What an answer says about the token that was sent; undefined where it has nothing against it. And whether sending the
 * request again can do nothing a second time. Reads a copy of the answer.
 *
 * @param sent the body of the request
 */
export async function verdictOf(
  response: Response,
  sent: unknown,
): Promise<readonly [refusal?: Refusal | undefined, mayRepeat?: boolean]> {
  // Nothing else is waited for: it may be a stream without end, of JSON too.
  if (!/[/+]json *(;|$)/.test(response.headers.get('Content-Type') as string)) return [];
  try {
    const { data, errors = [] } = (await response.clone().json()) as GraphqlResult;
    const refusals = errors
      .map(({ extensions }) => extensions!)
      .filter((refusal) => refusal?.code === 'UNAUTHENTICATED');
    const refusal = refusals.find(({ refreshable }) => refreshable) ?? refusals[0];
    // Of a mutation that is refused for a token's age nothing has run; where there is data, something may have.
    return [refusal, !data || isQuery.test(sent as string)];
  } catch {
    // Cut off, or no GraphQL: whoever reads it will see.
    return [];
  }
}
