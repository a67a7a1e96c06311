import { getDocumentNodeFromSchema } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  getNamedType,
  isObjectType,
  parse,
  print,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import type { Log } from '../log.js';
import { andThen } from '../outcome.js';
import { federationSdl } from './federationSdl.js';
import type { Requirement } from './requirement.js';
import { requiresScopes } from './requiresScopes.js';

/** What `_service` asks for where introspection shows a caller only what they may use: it shows everything. */
export const serviceRequirement = requiresScopes.read(
  { scopes: [['schema:read']] },
  'Query._service',
) as Requirement;

/** The coordinate of `_service`, as Apollo Federation defines it; null where the schema is no subgraph. */
export function serviceCoordinate(schema: GraphQLSchema): string | null {
  return sdlOf(schema) === null ? null : `${schema.getQueryType()?.name}._service`;
}

/**
 * Makes `_service.sdl` answer what composition accepts, in place; one warning for each use of a guard that it
 * leaves out. Nothing where the schema is no subgraph.
 */
export function federateService(schema: GraphQLSchema, log: Log): void {
  const sdl = sdlOf(schema);
  if (sdl === null) return;
  for (const sentence of federationSdl(getDocumentNodeFromSchema(schema)).omitted) {
    log.warn({}, `${sentence} The router will not know of it; this subgraph still enforces it.`);
  }
  const { resolve = defaultFieldResolver } = sdl;
  let last: { readonly text: string; readonly federated: string } | undefined;
  const federated = (text: unknown): unknown => {
    if (typeof text !== 'string') return text;
    if (last?.text !== text) {
      last = { text, federated: print(federationSdl(parse(text)).document) };
    }
    return last.federated;
  };
  sdl.resolve = (source, args, context, info) =>
    andThen(resolve(source, args, context, info), federated);
}

function sdlOf(schema: GraphQLSchema): GraphQLField<unknown, unknown> | null {
  const service = schema.getQueryType()?.getFields()['_service'];
  const type = service && getNamedType(service.type);
  return (isObjectType(type) && type.name === '_Service' && type.getFields()['sdl']) || null;
}
