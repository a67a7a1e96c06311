import { Kind, type ASTNode } from 'graphql';

/** How deep lists and objects are nested in values, or lists in types. A value of neither kind has depth 0. */
export function inputDepth(nodes: readonly ASTNode[] = []): number {
  let deepest = 0;
  const open = nodes.map((node) => ({ node, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    deepest = Math.max(deepest, depth);
    for (const { inner, levels } of innerOf(node))
      open.push({ node: inner, depth: depth + levels });
  }
  return deepest;
}

function innerOf(node: ASTNode): { inner: ASTNode; levels: number }[] {
  switch (node.kind) {
    case Kind.ARGUMENT:
    case Kind.OBJECT_FIELD:
      return [{ inner: node.value, levels: 0 }];
    case Kind.LIST:
      return [...node.values].map((inner) => ({ inner, levels: 1 }));
    case Kind.OBJECT:
      return node.fields.map((inner) => ({ inner, levels: 1 }));
    case Kind.LIST_TYPE:
      return [{ inner: node.type, levels: 1 }];
    case Kind.NON_NULL_TYPE:
      return [{ inner: node.type, levels: 0 }];
    default:
      return [];
  }
}
