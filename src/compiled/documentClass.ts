import {
  getNamedType,
  isInputObjectType,
  isLeafType,
  Kind,
  OperationTypeNode,
  typeFromAST,
  type DirectiveNode,
  type FieldNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';

/** What keeps an operation out of the class of those that are compiled. */
export type Exclusion =
  | 'it is no query'
  | 'it has a directive'
  | 'it has too many conditions'
  | 'a variable is of an input object type'
  | 'a variable is inside an argument'
  | 'a name begins with two underscores'
  | 'it has too many fields'
  | 'it does not fit the schema';

/** Fields after fragments are spread, repeated ones counted each time, and each type of an interface or union by itself. */
export const MAX_FIELDS = 200;

/** What is looked at to find them: fragments can lead to other fragments for long. */
export const MAX_SELECTIONS = 1000;

/** What the operation itself shows, without its selections. */
export function operationExclusion(
  schema: GraphQLSchema,
  { operation, directives, variableDefinitions = [] }: OperationDefinitionNode,
): Exclusion | null {
  if (operation !== OperationTypeNode.QUERY) return 'it is no query';
  if (hasDirective(directives)) return 'it has a directive';
  for (const definition of variableDefinitions) {
    if (hasDirective(definition.directives)) return 'it has a directive';
    if (isReserved(definition.variable.name.value)) return 'a name begins with two underscores';
    const type = typeFromAST(schema, definition.type);
    if (type === undefined) return 'it does not fit the schema';
    if (isInputObjectType(getNamedType(type))) return 'a variable is of an input object type';
  }
  return null;
}

/** What one field shows that is not `__typename`. `type` is what it answers. */
export function fieldExclusion(node: FieldNode, type: GraphQLOutputType): Exclusion | null {
  if (isReserved((node.alias ?? node.name).value) || isReserved(node.name.value)) {
    return 'a name begins with two underscores';
  }
  for (const { value } of node.arguments ?? []) {
    if (value.kind !== Kind.VARIABLE && holdsVariable(value)) {
      return 'a variable is inside an argument';
    }
  }
  const named = getNamedType(type);
  const hasSelections = node.selectionSet !== undefined;
  return isLeafType(named) === hasSelections ? 'it does not fit the schema' : null;
}

export const hasDirective = (directives: readonly DirectiveNode[] | undefined): boolean =>
  directives !== undefined && directives.length > 0;

const isReserved = (name: string): boolean => name.startsWith('__');

function holdsVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(holdsVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => holdsVariable(field.value));
  return value.kind === Kind.VARIABLE;
}
