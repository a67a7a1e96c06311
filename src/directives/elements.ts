import { valueFromASTUntyped, type ConstDirectiveNode } from 'graphql';
import { asList } from './directive.js';
import { guardDirectives } from './directives.js';
import { publicDirective } from './public.js';
import { allOf, type Requirement } from './requirement.js';

/** Anything in a schema that directives can stand on. */
export interface SchemaElement {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined;
  readonly extensionASTNodes?: readonly { readonly directives?: readonly ConstDirectiveNode[] }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What the guards on one element say. */
export interface Guards {
  readonly requirements: readonly Requirement[];
  readonly isPublic: boolean;
}

interface Use {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Reads the guards of an element: from its text, from `extend`, and from `extensions` of a code-first schema. */
export function readGuards(element: SchemaElement, coordinate: string): Guards {
  const requirements: Requirement[] = [];
  let isPublic = false;
  for (const { name, args } of usesOf(element)) {
    const directive = guardDirectives.find((each) => each.name === name);
    const requirement = directive?.read(args, coordinate) ?? null;
    if (requirement !== null) requirements.push(requirement);
    isPublic ||= directive === publicDirective;
  }
  return { requirements: allOf(requirements), isPublic };
}

/** The first guard that stands on an element where none is enforced; null where there is none. */
export function strayGuard(element: SchemaElement): string | null {
  const known = new Set(guardDirectives.map(({ name }) => name));
  const stray = usesOf(element).find(({ name }) => known.has(name));
  return stray === undefined ? null : `@${stray.name}`;
}

function usesOf(element: SchemaElement): Use[] {
  const nodes = [element.astNode, ...(element.extensionASTNodes ?? [])];
  const inText = nodes
    .flatMap((node) => node?.directives ?? [])
    .map((node) => ({ name: node.name.value, args: argumentsOf(node) }));
  return [...inText, ...usesInExtensions(element.extensions ?? {})];
}

function argumentsOf(node: ConstDirectiveNode): Record<string, unknown> {
  return Object.fromEntries(
    (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}

/** `extensions.requiresScopes`, and `extensions.directives.requiresScopes` as `@graphql-tools/utils` reads it. */
function usesInExtensions(extensions: Readonly<Record<string, unknown>>): Use[] {
  const places = [extensions, extensions['directives']].filter(isRecord);
  return places.flatMap((place) =>
    guardDirectives.flatMap(({ name }) =>
      asList(place[name])
        .filter((args) => args !== false)
        .map((args) => ({ name, args: isRecord(args) ? args : {} })),
    ),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
