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
  // Nothing else is waited for: it may be a stream without end.
  if (!response.headers.get('Content-Type')?.includes('json')) return [];
  const text = await response.clone().text();
  if (!text.includes('"UNAUTHENTICATED"')) return [];
  const { data, errors = [] } = JSON.parse(text) as GraphqlResult;
  const refusals = errors.flatMap(({ extensions }) =>
    extensions?.code === 'UNAUTHENTICATED' ? extensions : [],
  );
  const refusal = refusals.find(({ refreshable }) => refreshable) ?? refusals[0];
  // Of a mutation that is refused for a token's age nothing has run; where there is data, something may have.
  return [refusal, !data || !/\bmutation\b/.test(String(sent))];
}
