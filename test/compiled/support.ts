import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  execute,
  getOperationAST,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { createSchemaSide, type SchemaSide } from '../../src/auth/schemaSide.js';
import { guardTypeDefs } from '../../src/directives/directives.js';
import type { GuardOptions } from '../../src/directives/options.js';
import { silentLog } from '../../src/log.js';
import type { Operation, RequestContext } from '../../src/request.js';
import type { ViewerContext } from '../../src/viewer.js';
import { nobody } from '../directives/support.js';

type ResolverMap = Parameters<typeof makeExecutableSchema>[0]['resolvers'];

export interface Stage {
  readonly side: SchemaSide;
  readonly schema: GraphQLSchema;
}

/** A schema of one's own under the guards of a server. */
export function stage(
  typeDefs: string,
  resolvers: ResolverMap = {},
  options: Omit<GuardOptions, 'credentialFields' | 'log'> = {},
): Stage {
  const side = createSchemaSide({ log: silentLog, ...options });
  const made = makeExecutableSchema({ typeDefs: [guardTypeDefs, typeDefs], resolvers });
  return { side, schema: side.guard(made) };
}

export interface Asked {
  readonly variables?: Record<string, unknown>;
  readonly context?: ViewerContext;
  readonly operationName?: string;
}

const documents = new WeakMap<GraphQLSchema, Map<string, DocumentNode>>();

/** The same node for the same text, as the document store of a server does it. */
function documentOf(schema: GraphQLSchema, source: string): DocumentNode {
  const known = documents.get(schema) ?? new Map<string, DocumentNode>();
  documents.set(schema, known);
  let document = known.get(source);
  if (document === undefined) {
    document = parse(source);
    const [invalid] = validate(schema, document);
    if (invalid !== undefined) throw new Error(`${source}\n${String(invalid)}`);
    known.set(source, document);
  }
  return document;
}

export function operationOf(
  { schema }: Stage,
  source: string,
  { variables = {}, context = nobody(), operationName }: Asked = {},
): Operation {
  const document = documentOf(schema, source);
  const operation = getOperationAST(document, operationName) as OperationDefinitionNode;
  return { schema, document, operation, variables, context: context as RequestContext };
}

/** The data of the fast path; null where it steps aside. Errors of a refusal are thrown. */
export async function dataOf(
  on: Stage,
  source: string,
  asked?: Asked,
): Promise<Record<string, unknown> | null> {
  const answer = await on.side.answer(operationOf(on, source, asked));
  if (answer === null || 'data' in answer) return answer && answer.data;
  throw answer[0] as Error;
}

/** The second time on: an operation is compiled when it is seen again. */
export async function warm(on: Stage, source: string, asked?: Asked) {
  await dataOf(on, source, asked);
  return dataOf(on, source, asked);
}

export const isCompiled = async (on: Stage, source: string, asked?: Asked): Promise<boolean> =>
  (await warm(on, source, asked)) !== null;

/** What a server answers: the fast path first, graphql-js where that steps aside. */
export async function served(
  on: Stage,
  source: string,
  asked: Asked = {},
): Promise<ExecutionResult> {
  const operation = operationOf(on, source, asked);
  const answer = await on.side.answer(operation);
  if (answer === null) return executed(on, source, { ...asked, context: operation.context });
  return 'data' in answer ? answer : { errors: answer, data: null };
}

/** graphql-js alone, on the schema with its guards. */
export async function executed(
  { schema }: Stage,
  source: string,
  { variables, context = nobody(), operationName }: Asked = {},
): Promise<ExecutionResult> {
  const document = documentOf(schema, source);
  return execute({
    schema,
    document,
    contextValue: context,
    ...(variables && { variableValues: variables }),
    ...(operationName !== undefined && { operationName }),
  });
}

/** As it would be sent: the order of the keys counts. */
export const textOf = ({ data, errors }: ExecutionResult): string =>
  JSON.stringify({ data, errors });
