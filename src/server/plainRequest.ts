import type { Exchange } from './exchange.js';
import { GRAPHQL_RESPONSE_TYPE } from './mediaTypes.js';
import { JSON_TYPE } from './respond.js';

/** The parameters of a POST that leaves nothing to decide. */
export interface PlainRequest {
  readonly query: string;
  readonly variables: Record<string, unknown> | undefined;
  readonly operationName: string | undefined;
  readonly extensions: Record<string, unknown> | undefined;
}

/** The Content-Type of the answer where the Accept header leaves no choice; null where types are to be weighed. */
export function plainAnswerType({ headers: { accept } }: Exchange): string | null {
  switch (accept) {
    case undefined:
    case '*/*':
    case 'application/json':
      return JSON_TYPE;
    case GRAPHQL_RESPONSE_TYPE:
      return `${GRAPHQL_RESPONSE_TYPE}; charset=utf-8`;
    default:
      return null;
  }
}

/** The request, where every member of the body is of the type that it should be; else null. */
export function plainRequestOf(body: Record<string, unknown> | undefined): PlainRequest | null {
  if (body === undefined) return null;
  const { query, variables, operationName, extensions } = body;
  if (typeof query !== 'string' || query === '') return null;
  if (!isObjectOrNone(variables) || !isObjectOrNone(extensions)) return null;
  if (!isNone(operationName) && typeof operationName !== 'string') return null;
  return {
    query,
    variables: variables ?? undefined,
    operationName: operationName ?? undefined,
    extensions: extensions ?? undefined,
  };
}

function isObjectOrNone(value: unknown): value is Record<string, unknown> | null | undefined {
  return isNone(value) || (typeof value === 'object' && !Array.isArray(value));
}

const isNone = (value: unknown): value is null | undefined => value === null || value === undefined;
