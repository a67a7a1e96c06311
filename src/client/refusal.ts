import type { AuthProblem } from './problem.js';

/** `UNAUTHENTICATED`, as far as it matters here. */
export type Refusal = Pick<
  AuthProblem & { code: 'UNAUTHENTICATED' },
  'code' | 'reason' | 'refreshable'
>;

interface GraphqlResult {
  readonly data?: object | null;
  readonly errors?: readonly { readonly extensions?: Refusal; readonly path?: unknown[] }[];
}

/** Whether this body, or each of a batch, has the text of a query; so has none at all. Of files and streams nobody knows. */
export function isQuery(sent: unknown, method = 'GET'): boolean {
  try {
    const asked = [JSON.parse(sent as string)].flat() as { query: string }[];
    return asked.every(({ query }) => !query.match(/\bmutation\b/));
  } catch {
    return !sent && /^(get|head)$/i.test(method);
  }
}

/**
 * What an answer says about the token that was sent; undefined where it has nothing against it. And whether sending the
 * request again can do nothing a second time. Reads a copy of the answer.
 *
 * @param read answers the body of the request; asked for only where that matters: it may be a stream without end
 */
export async function verdictOf(
  response: Response,
  read: () => Promise<unknown>,
): Promise<readonly [refusal?: Refusal | undefined, mayRepeat?: boolean]> {
  // Nothing else is waited for: it may be a stream without end, of JSON too.
  if (!/[/+]json *(;|$)/.test(response.headers.get('Content-Type') as string)) return [];
  try {
    const results = [await response.clone().json()].flat() as GraphqlResult[];
    const refused = results
      .flatMap(({ errors = [] }) => errors)
      .filter(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
    const curable = refused.filter(({ extensions }) => extensions!.refreshable);
    const refusal = [...curable, ...refused][0]?.extensions;
    if (!refusal) return [];
    // Of a mutation that is refused for a token's age nothing has run: there is no data, or an error in place of every
    // root field. Where there is more, something may have.
    const isWhole = Object.entries(results[0]!.data ?? {}).every(
      ([key, value]) => value === null && curable.some(({ path }) => path?.join() === key),
    );
    return [refusal, (isWhole && !results[1]) || isQuery(await read())];
  } catch {
    // Cut off, or no GraphQL: whoever reads it will see.
    return [];
  }
}
