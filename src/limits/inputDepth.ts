import { Kind, type ASTNode } from 'graphql';

/** How deep lists and objects are nested in values, or lists in types; 0 where there is none. */
export function inputDepth(nodes: readonly ASTNode[] = []): number {
  let deepest = 0;
  const open = nodes.map((node) => ({ node, around: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const depth = next.around + (levels.has(next.node.kind) ? 1 : 0);
    deepest = Math.max(deepest, depth);
    for (const node of innerOf(next.node)) open.push({ node, around: depth });
  }
  return deepest;
}

const levels: ReadonlySet<string> = new Set([Kind.LIST, Kind.OBJECT, Kind.LIST_TYPE]);

function innerOf(node: ASTNode): readonly ASTNode[] {
  if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) return [node.value];
  if (node.kind === Kind.LIST) return node.values;
  if (node.kind === Kind.OBJECT) return node.fields;
  return node.kind === Kind.LIST_TYPE || node.kind === Kind.NON_NULL_TYPE ? [node.type] : [];
}
