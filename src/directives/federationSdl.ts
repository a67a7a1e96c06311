import {
  Kind,
  valueFromASTUntyped,
  visit,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type DocumentNode,
} from 'graphql';
import { asList, type GuardNames } from './directive.js';
import { entryOf } from './entryOf.js';
import { withImports } from './federationHeader.js';
import { localNameOf, type Link } from './federationLink.js';
import {
  federationLinkOf,
  guardNames,
  isOfFederation,
  missingSince,
  schemaElement,
} from './federationNames.js';
import { filterDirectives, type DirectiveFilter, type Place } from './federationWalk.js';

/** What composition is given of a schema. */
export interface FederationSdl {
  readonly document: DocumentNode;
  /** One sentence for each use of a guard that is left out. */
  readonly omitted: readonly string[];
}

/** Places where Federation takes no guard, though we do. */
const refusedPlaces: Partial<Record<Place, string>> = {
  argument: 'an argument',
  inputField: 'an input field',
  interface: 'an interface',
  interfaceField: 'a field of an interface',
  interfaceObject: 'an interface object',
};

/**
 * Type definitions as Apollo's composition accepts them: guards that Federation does not have, or not in that place,
 * are left out, and so are our definitions of guards; those that remain are imported by the schema's federation link.
 * Without a link one is added at the top. A Federation 1 schema keeps no guard. Enforces nothing: the subgraph
 * itself still enforces all of them.
 */
export function federationSdl(document: DocumentNode): FederationSdl {
  const schema = schemaElement(document);
  const names = guardNames(schema);
  const link = federationLinkOf(schema);
  const isFirst = link === null && isFederation1(document);
  const omitted: string[] = [];
  const uses = new Set<string>();

  /** All uses of a guard in a place, by both. */
  const together = new Map<string, ConstDirectiveNode[]>();
  const usesWith = (coordinate: string, guard: string): ConstDirectiveNode[] =>
    entryOf(together, `${coordinate} ${guard}`, () => []);
  filterDirectives(document, {
    keep(use, { coordinate }) {
      const guard = names.get(use.name.value)?.name;
      if (guard !== undefined) usesWith(coordinate, guard).push(use);
      return use;
    },
    isInterfaceObject: () => false,
  });

  const keep: DirectiveFilter['keep'] = (use, { place, coordinate }) => {
    const guard = names.get(use.name.value)?.name;
    if (guard === undefined) return use;
    const why = isFirst ? 'Federation 1 has no guards' : refusal(guard, place, link);
    if (why === null) {
      uses.add(use.name.value);
      const all = usesWith(coordinate, guard);
      return all[0] === use ? asOne(all) : null;
    }
    omitted.push(`${coordinate}: @${use.name.value} is left out, because ${why}.`);
    return null;
  };

  const filtered = filterDirectives(document, {
    keep,
    isInterfaceObject: interfaceObjects(link),
  });
  const kept = withoutDefinitions(filtered, names);
  if (isFirst) return { document: kept, omitted };
  // Composition ignores a guard that is not linked, and wants it under one name in all subgraphs.
  const added = [...names.keys()].filter(
    (name) => uses.has(name) && isOfFederation(name) && !link?.imports.has(name),
  );
  const imported = withImports(kept, link, added);
  const nameHere = (guard: string): string =>
    link === null || added.includes(guard) ? guard : localNameOf(link, guard);
  return { document: renamed(imported, names, nameHere), omitted };
}

/** Federation takes each guard once in a place: an AND of ORs of ANDs, written as one OR of ANDs. */
function asOne(uses: readonly ConstDirectiveNode[]): ConstDirectiveNode {
  const [first] = uses as [ConstDirectiveNode];
  const [argument] = first.arguments ?? [];
  if (uses.length === 1 || argument === undefined) return first;
  const groups = uses.map(({ arguments: [given] = [] }) =>
    asList(given && valueFromASTUntyped(given.value)).map((group) => asList(group) as string[]),
  );
  const product = groups.reduce((before, more) =>
    before.flatMap((one) => more.map((other) => [...new Set([...one, ...other])])),
  );
  const list = (values: readonly ConstValueNode[]): ConstValueNode => ({ kind: Kind.LIST, values });
  const value = list(
    product.map((group) => list(group.map((name) => ({ kind: Kind.STRING, value: name })))),
  );
  return { ...first, arguments: [{ ...argument, value }] };
}

function renamed(
  document: DocumentNode,
  names: GuardNames,
  nameHere: (guard: string) => string,
): DocumentNode {
  const rename = (use: ConstDirectiveNode): ConstDirectiveNode => {
    const guard = names.get(use.name.value)?.name;
    return guard === undefined
      ? use
      : { ...use, name: { kind: Kind.NAME, value: nameHere(guard) } };
  };
  return filterDirectives(document, { keep: rename, isInterfaceObject: () => false });
}

function refusal(guard: string, place: Place, link: Link | null): string | null {
  if (!isOfFederation(guard)) return 'Federation has no such directive';
  const where = refusedPlaces[place];
  if (where !== undefined) return `Federation does not take it on ${where}`;
  const since = link === null ? null : missingSince(link, guard);
  return since === null
    ? null
    : `Federation has it since v2.${since}, and this schema links v${link?.version.join('.')}`;
}

/** Whether it has what only a subgraph has, though it links to nothing. */
function isFederation1(document: DocumentNode): boolean {
  let isSubgraph = false;
  visit(document, {
    Directive: ({ name }) => void (isSubgraph ||= federation1.has(name.value)),
    FieldDefinition: ({ name }) => void (isSubgraph ||= name.value === '_service'),
  });
  return isSubgraph;
}

const federation1 = new Set(['key', 'requires', 'provides', 'external', 'extends']);

const interfaceObjects = (link: Link | null) => (uses: readonly ConstDirectiveNode[]) =>
  link !== null && uses.some(({ name }) => name.value === localNameOf(link, 'interfaceObject'));

/** Without our definitions of guards, and without their scalars unless the schema uses them itself. */
function withoutDefinitions(document: DocumentNode, names: GuardNames): DocumentNode {
  const definitions = document.definitions.filter(
    (node) =>
      !(node.kind === Kind.DIRECTIVE_DEFINITION && names.has(node.name.value)) && !isEmpty(node),
  );
  const used = new Set<string>();
  visit({ ...document, definitions }, { NamedType: ({ name }) => void used.add(name.value) });
  const isUnused = (node: DefinitionNode): boolean =>
    node.kind === Kind.SCALAR_TYPE_DEFINITION &&
    scalars.has(node.name.value) &&
    !used.has(node.name.value);
  return { ...document, definitions: definitions.filter((node) => !isUnused(node)) };
}

/** An extension of which nothing is left but its name is no text of GraphQL. */
const isEmpty = (node: DefinitionNode): boolean =>
  node.kind.endsWith('Extension') &&
  ['directives', 'fields', 'interfaces', 'values', 'types', 'operationTypes'].every(
    (part) => !(node as unknown as Partial<Record<string, unknown[]>>)[part]?.length,
  );

const scalars = new Set(['Scope', 'Policy']);
