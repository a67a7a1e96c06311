import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { AuthError } from '../errors.js';
import { checkDocument } from '../limits/checkDocument.js';
import { checkVariables } from '../limits/checkVariables.js';
import { flattenLines } from '../limits/flatten.js';
import type { DocumentLimits } from '../limits/limits.js';
import { unresolved, withoutRoot } from './unresolved.js';
import { MAX_ERRORS, wrongVariables } from './wrongVariables.js';

/** What one message of a socket asks for. */
export interface AskedOperation {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

export interface AdmissionRules {
  readonly limits: DocumentLimits;
  readonly introspection: boolean;
  /** Messages suggest no names. */
  readonly hideSuggestions: boolean;
}

/** A valid operation, or why there is none. */
export type Admission =
  | { readonly ok: true; readonly args: ExecutionArgs; readonly operation: OperationDefinitionNode }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

/** From the text of an operation to what is executed: limits, parsing, validation, variables, in that order. Runs nothing. */
export function admitOperation(
  schema: GraphQLSchema,
  { query, operationName, variables }: AskedOperation,
  { limits, introspection, hideSuggestions }: AdmissionRules,
): Admission {
  const excess = checkVariables(variables, limits) ?? checkDocument(query, limits);
  if (excess !== null) return refused([new AuthError('DOCUMENT_TOO_COMPLEX', { ...excess })]);
  let document: DocumentNode;
  try {
    document = parse(flattenLines(query), { maxTokens: limits.maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return refused(coded([error], 'GRAPHQL_PARSE_FAILED'));
  }
  const rules = introspection
    ? specifiedRules
    : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const invalid = validate(schema, document, rules, { maxErrors: MAX_ERRORS, hideSuggestions });
  if (invalid.length > 0) return refused(coded(invalid, 'GRAPHQL_VALIDATION_FAILED'));
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined) return refused([unresolvedBy(operationName)]);
  const rootless = withoutRoot(schema, operation);
  if (rootless !== null) return refused([rootless]);
  const given = variables ?? {};
  const wrong = wrongVariables({ schema, operation, variables: given, hideSuggestions });
  if (wrong !== null) return refused(wrong);
  const args: ExecutionArgs = {
    schema,
    document,
    operationName: operationName ?? null,
    variableValues: given,
  };
  return { ok: true, args, operation };
}

const refused = (errors: readonly GraphQLError[]): Admission => ({ ok: false, errors });

const unresolvedBy = (name: string | null | undefined): GraphQLError =>
  unresolved(
    name
      ? `Unknown operation named "${name}".`
      : 'The document must have one operation, or operationName must say which.',
  );

/** With the codes that Apollo Server gives the same mistakes. */
const coded = (errors: readonly GraphQLError[], code: string): GraphQLError[] =>
  errors.map(
    ({ message, nodes, source, positions, extensions }) =>
      new GraphQLError(message, {
        nodes,
        source,
        positions,
        extensions: { ...extensions, code },
      }),
  );
