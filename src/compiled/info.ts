import { getArgumentValues, type GraphQLResolveInfo } from 'graphql';
import type { OperationPlan, ResolvedField } from './plan.js';
import type { Path } from './values.js';

type Values = Readonly<Record<string, unknown>>;

/** Where a field stands, below what stands above it. */
export const pathTo = ({ key, parentType }: ResolvedField, prev: Path | undefined): Path => ({
  prev,
  key,
  typename: parentType.name,
});

/** What graphql-js shows a resolver of where it runs. */
export const infoOf = (
  { schema, fragments, operation }: OperationPlan,
  variableValues: Values,
  { definition, nodes, parentType }: ResolvedField,
  path: GraphQLResolveInfo['path'],
): GraphQLResolveInfo => ({
  fieldName: definition.name,
  fieldNodes: nodes,
  returnType: definition.type,
  parentType,
  path,
  schema,
  fragments,
  rootValue: undefined,
  operation,
  variableValues,
});

/** New ones for each call, as graphql-js makes them: a resolver may change its own. */
export const argumentsOf = (
  { hasArguments, definition, nodes }: ResolvedField,
  variables: Values,
): Record<string, unknown> =>
  hasArguments ? getArgumentValues(definition, nodes[0], variables) : {};
