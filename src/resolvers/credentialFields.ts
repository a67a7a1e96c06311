import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  getDirectiveValues,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** The fields of `Mutation` that take a credential and answer with a session. */
export const credentialFields = ['signup', 'login', 'refreshToken', 'changePassword'] as const;

const names: ReadonlySet<string> = new Set(credentialFields);

export const ONE_CREDENTIAL_FIELD = `An operation can have at most one of ${credentialFields.join(', ')}.`;

export interface OperationParts {
  operation: OperationDefinitionNode;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  variables: Readonly<Record<string, unknown>>;
}

/** How many credential fields an operation would run: aliases count each, what `@skip` takes out does not. */
export function countCredentialFields(parts: OperationParts): number {
  const keys = new Set<string>();
  collect(parts.operation.selectionSet, parts, keys, new Set());
  return keys.size;
}

function collect(
  { selections }: SelectionSetNode,
  parts: OperationParts,
  keys: Set<string>,
  spread: Set<string>,
): void {
  for (const node of selections) {
    if (!isIncluded(node, parts.variables)) continue;
    if (node.kind === Kind.FIELD) {
      if (names.has(node.name.value)) keys.add(node.alias?.value ?? node.name.value);
      continue;
    }
    if (node.kind === Kind.INLINE_FRAGMENT) {
      collect(node.selectionSet, parts, keys, spread);
      continue;
    }
    const name = node.name.value;
    const fragment = parts.fragments[name];
    if (fragment === undefined || spread.has(name)) continue;
    spread.add(name);
    collect(fragment.selectionSet, parts, keys, spread);
  }
}

function isIncluded(node: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false;
}
