import {
  Kind,
  parse,
  visit,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  type ScalarTypeDefinitionNode,
  type TypeDefinitionNode,
} from 'graphql';
import { guardTypeDefs } from './directives.js';
import { linksOf, type Link } from './federationLink.js';
import { guardNames, schemaElement } from './federationNames.js';

/** Type definitions from a file, to which servers add the rest. */
export interface CompleteSubgraph {
  /** With the definitions of the guards, and of types that the text only extends. */
  readonly complete: DocumentNode;
  /** The same without the uses of Federation's own directives: what GraphQL can validate by itself. */
  readonly checkable: DocumentNode;
}

/** Adds to type definitions what `typeDefs` and Federation add where they are served. Validates nothing. */
export function completeSubgraph(document: DocumentNode): CompleteSubgraph {
  const defined = definedIn(document);
  const definitions = [...document.definitions, ...missingTypes(document, defined.types)];
  for (const node of missingGuards(document)) {
    const known = node.kind === Kind.DIRECTIVE_DEFINITION ? defined.directives : defined.types;
    if (!known.has(node.name.value)) definitions.push(node);
  }
  const complete: DocumentNode = { ...document, definitions };
  const directives = definedIn(complete).directives;
  const isForeign = foreignTo(linksOf(schemaElement(document)));
  const checkable = visit(complete, {
    Directive: ({ name }) =>
      !directives.has(name.value) && isForeign(name.value) ? null : undefined,
  });
  return { complete, checkable };
}

function definedIn({ definitions }: DocumentNode) {
  const named = (isWanted: (node: DefinitionNode) => boolean): Set<string> =>
    new Set(
      definitions.flatMap((node) =>
        isWanted(node) && 'name' in node && node.name !== undefined ? [node.name.value] : [],
      ),
    );
  return {
    directives: named(({ kind }) => kind === Kind.DIRECTIVE_DEFINITION),
    types: named(({ kind }) => kind.endsWith('TypeDefinition')),
  };
}

type GuardDefinition = DirectiveDefinitionNode | ScalarTypeDefinitionNode;

/** The guards under the names that the text has for them, with their scalars. */
function missingGuards(document: DocumentNode): GuardDefinition[] {
  const names = guardNames(schemaElement(document));
  return parse(guardTypeDefs).definitions.flatMap((node): GuardDefinition[] => {
    if (node.kind === Kind.SCALAR_TYPE_DEFINITION) return [node];
    if (node.kind !== Kind.DIRECTIVE_DEFINITION) return [];
    return [...names]
      .filter(([, guard]) => guard.name === node.name.value)
      .map(([value]) => ({ ...node, name: { kind: Kind.NAME, value } as const }));
  });
}

const definitionOf = {
  [Kind.SCALAR_TYPE_EXTENSION]: Kind.SCALAR_TYPE_DEFINITION,
  [Kind.OBJECT_TYPE_EXTENSION]: Kind.OBJECT_TYPE_DEFINITION,
  [Kind.INTERFACE_TYPE_EXTENSION]: Kind.INTERFACE_TYPE_DEFINITION,
  [Kind.UNION_TYPE_EXTENSION]: Kind.UNION_TYPE_DEFINITION,
  [Kind.ENUM_TYPE_EXTENSION]: Kind.ENUM_TYPE_DEFINITION,
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: Kind.INPUT_OBJECT_TYPE_DEFINITION,
} as const;

/** A subgraph may extend a type that it does not define. */
function missingTypes(
  { definitions }: DocumentNode,
  defined: ReadonlySet<string>,
): TypeDefinitionNode[] {
  const missing = new Map<string, TypeDefinitionNode>();
  for (const node of definitions) {
    if (!(node.kind in definitionOf)) continue;
    const { kind, name } = node as DefinitionNode & {
      kind: keyof typeof definitionOf;
      name: TypeDefinitionNode['name'];
    };
    if (!defined.has(name.value)) missing.set(name.value, { kind: definitionOf[kind], name });
  }
  return [...missing.values()];
}

/** Directives that a link brings, or Federation 1 without one. */
function foreignTo(links: readonly Link[]): (directive: string) => boolean {
  const known = new Set(['link', 'core', 'key', 'requires', 'provides', 'external', 'extends']);
  for (const { prefix, imports } of links) {
    known.add(prefix);
    for (const here of imports.values()) known.add(here);
  }
  return (directive) =>
    known.has(directive) || links.some(({ prefix }) => directive.startsWith(`${prefix}__`));
}
