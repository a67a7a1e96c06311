import {
  Kind,
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type ConstListValueNode,
  type ConstValueNode,
  type DefinitionNode,
  type DocumentNode,
} from 'graphql';
import { linksOf, type Link } from './federationLink.js';

/** The version that is linked where a schema links none. */
const ADDRESS = 'https://specs.apollo.dev/federation/v2.9';

/** Type definitions that import these guards from Apollo Federation: by their link, or by one at the top. */
export function withImports(
  document: DocumentNode,
  link: Link | null,
  guards: readonly string[],
): DocumentNode {
  const names = guards.map((guard) => stringOf(`@${guard}`));
  if (link === null) {
    const args = [argument('url', stringOf(ADDRESS)), ...importOf(names)];
    const directives: ConstDirectiveNode[] = [
      { kind: Kind.DIRECTIVE, name: nameOf('link'), arguments: args },
    ];
    const header: DefinitionNode = { kind: Kind.SCHEMA_EXTENSION, directives };
    return { ...document, definitions: [header, ...document.definitions] };
  }
  return {
    ...document,
    definitions: document.definitions.map((node) =>
      node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
        ? { ...node, directives: node.directives?.map((use) => importing(use, names)) ?? [] }
        : node,
    ),
  };
}

function importing(use: ConstDirectiveNode, names: readonly ConstValueNode[]): ConstDirectiveNode {
  const [link] = linksOf({ astNode: { directives: [use] } });
  if (link?.name !== 'federation') return use;
  const args = use.arguments ?? [];
  const before = args.find(({ name }) => name.value === 'import')?.value;
  const values = before?.kind === Kind.LIST ? before.values : before ? [before] : [];
  const others = args.filter(({ name }) => name.value !== 'import');
  return { ...use, arguments: [...others, ...importOf([...values, ...names])] };
}

const importOf = (values: readonly ConstValueNode[]): ConstArgumentNode[] => {
  const list: ConstListValueNode = { kind: Kind.LIST, values };
  return values.length === 0 ? [] : [argument('import', list)];
};

const argument = (name: string, value: ConstValueNode): ConstArgumentNode => ({
  kind: Kind.ARGUMENT,
  name: nameOf(name),
  value,
});

const nameOf = (value: string) => ({ kind: Kind.NAME, value }) as const;

const stringOf = (value: string) => ({ kind: Kind.STRING, value }) as const;
