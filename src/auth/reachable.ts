import { Kind, visit, type DocumentNode } from 'graphql';

/** Where operations start. */
export const rootTypes: readonly string[] = ['Query', 'Mutation'];

/** The document without the types that neither a root field nor a directive leads to any more. */
export function withoutUnreachable(document: DocumentNode): DocumentNode {
  const byName = new Map(
    document.definitions.flatMap((node) =>
      'name' in node && node.name !== undefined && node.kind !== Kind.DIRECTIVE_DEFINITION
        ? [[node.name.value, node] as const]
        : [],
    ),
  );
  const reached = new Set<string>();
  const open: string[] = [...rootTypes];
  const follow = {
    NamedType: ({ name }: { name: { value: string } }) => void open.push(name.value),
  };
  for (const node of document.definitions) {
    if (node.kind === Kind.DIRECTIVE_DEFINITION) visit(node, follow);
  }
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = byName.get(name);
    if (node === undefined || reached.has(name)) continue;
    reached.add(name);
    visit(node, follow);
  }
  return {
    ...document,
    definitions: document.definitions.filter(
      (node) =>
        node.kind === Kind.DIRECTIVE_DEFINITION ||
        ('name' in node && node.name !== undefined && reached.has(node.name.value)),
    ),
  };
}
