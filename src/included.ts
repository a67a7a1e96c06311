import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  type GraphQLDirective,
  type SelectionNode,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

/** Whether `@skip` and `@include` leave a selection in, under variables as graphql-js coerces them. */
export function isIncluded(node: SelectionNode, coerced: Variables): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  return (
    conditionOf(GraphQLSkipDirective, node, coerced) !== true &&
    conditionOf(GraphQLIncludeDirective, node, coerced) !== false
  );
}

/** Null where a variable with a default was sent as null: execution answers it with an error, and what it hides is judged. */
function conditionOf(
  directive: GraphQLDirective,
  node: SelectionNode,
  coerced: Variables,
): unknown {
  try {
    return getDirectiveValues(directive, node, coerced)?.['if'];
  } catch {
    return null;
  }
}
