import type { GraphQLError } from 'graphql';

/** What errors ask of the answer's head by `extensions.http`, the last of them in the right, as with Apollo Server. */
export function headOfErrors(errors: readonly GraphQLError[]): {
  status: number;
  headers: Map<string, string>;
} {
  let status = 200;
  const headers = new Map<string, string>();
  for (const { extensions } of errors) {
    const http = extensions['http'] as { status?: unknown; headers?: unknown } | null | undefined;
    if (typeof http !== 'object' || http === null) continue;
    if (typeof http.status === 'number') status = http.status;
    if (!(http.headers instanceof Map)) continue;
    for (const [name, value] of http.headers as Map<string, string>) headers.set(name, value);
  }
  return { status, headers };
}
