import { valueFromASTUntyped, type ConstDirectiveNode } from 'graphql';
import { asList, type GuardNames } from './directive.js';
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

/** One directive that stands on an element. */
export interface Use {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Reads the guards of an element: from its text, from `extend`, and from `extensions` of a code-first schema. */
export function readGuards(element: SchemaElement, coordinate: string, names: GuardNames): Guards {
  const requirements: Requirement[] = [];
  let isPublic = false;
  for (const { name, args } of usesOf(element, names)) {
    const directive = names.get(name);
    const requirement = directive?.read(args, coordinate) ?? null;
    if (requirement !== null) requirements.push(requirement);
    isPublic ||= directive === publicDirective;
  }
  return { requirements: allOf(requirements), isPublic };
}

/** The first guard that stands on an element where none is enforced; null where there is none. */
export function strayGuard(element: SchemaElement, names: GuardNames): string | null {
  const stray = usesOf(element, names).find(({ name }) => names.has(name));
  return stray === undefined ? null : `@${stray.name}`;
}

const usesOf = (element: SchemaElement, names: GuardNames): Use[] =>
  directivesOn(element, [...names.keys()]);

/** The directives on an element: all in its text and in `extend`, those with these names in `extensions`. */
export function directivesOn(element: SchemaElement, names: readonly string[]): Use[] {
  const nodes = [element.astNode, ...(element.extensionASTNodes ?? [])];
  const inText = nodes
    .flatMap((node) => node?.directives ?? [])
    .map((node) => ({ name: node.name.value, args: argumentsOf(node) }));
  return [...inText, ...usesInExtensions(element.extensions ?? {}, names)];
}

function argumentsOf(node: ConstDirectiveNode): Record<string, unknown> {
  return Object.fromEntries(
    (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}

/**
 * `extensions.requiresScopes`, and `extensions.directives` as `@graphql-tools/utils` reads it: by name, or a list of
 * names with their arguments. A name alone is one without arguments: what is meant as a guard must not be none.
 */
function usesInExtensions(
  extensions: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Use[] {
  const { directives } = extensions;
  const inList = asList(directives).map((one) =>
    typeof one === 'string' ? { name: one.replace(/^@/, ''), args: {} } : one,
  );
  return [
    ...inList
      .filter(isRecord)
      .flatMap(({ name, args }) =>
        names.filter((each) => each === name).map((each) => useOf(each, args)),
      ),
    ...[extensions, directives].filter(isRecord).flatMap((place) =>
      names.flatMap((name) =>
        asList(place[name])
          .filter((args) => args !== false)
          .map((args) => useOf(name, args)),
      ),
    ),
  ];
}

const useOf = (name: string, args: unknown): Use => ({ name, args: isRecord(args) ? args : {} });

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
