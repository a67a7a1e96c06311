import { Kind, type DocumentNode } from 'graphql';
import type { GuardDirective, GuardNames } from './directive.js';
import { guardDirectives } from './directives.js';
import type { SchemaElement } from './elements.js';
import { linksOf, localNameOf, type Link } from './federationLink.js';

/** The guards that Apollo Federation has, too, and since which version 2.x. The others are additions of ours. */
const federationGuards: ReadonlyMap<string, number> = new Map([
  ['authenticated', 5],
  ['requiresScopes', 5],
  ['policy', 6],
]);

/** The link to Apollo Federation 2; null where there is none. */
export const federationLinkOf = (schema: SchemaElement): Link | null =>
  linksOf(schema).find(({ name }) => name === 'federation') ?? null;

/** Whether Apollo Federation has this guard, in some version of it. */
export const isOfFederation = (guard: string): boolean => federationGuards.has(guard);

/** Since which version 2.x Apollo Federation has a guard; null where this link's version has it. */
export function missingSince({ version: [major, minor] }: Link, guard: string): number | null {
  const since = federationGuards.get(guard) as number;
  return major > 2 || (major === 2 && minor >= since) ? null : since;
}

/**
 * By which names a schema calls the guards: by their own, and by those that it gives them in `@link`: renamed
 * (`import: [{ name: "@requiresScopes", as: "@needs" }]`), or with the prefix of the link. A directive which the
 * link calls by a name of ours is none of ours.
 */
export function guardNames(schema: SchemaElement): GuardNames {
  const names = new Map<string, GuardDirective>(guardDirectives.map((each) => [each.name, each]));
  for (const link of linksOf(schema)) {
    if (link.name === 'federation') for (const here of link.imports.values()) names.delete(here);
    for (const directive of guardDirectives) {
      const isLinked = link.name === 'federation' || link.name === directive.name;
      if (!isLinked || !isOfFederation(directive.name)) continue;
      names.set(`${link.prefix}__${directive.name}`, directive);
      names.set(localNameOf(link, directive.name), directive);
    }
  }
  return names;
}

/** The schema itself, as type definitions speak of it. */
export const schemaElement = ({ definitions }: DocumentNode): SchemaElement => ({
  extensionASTNodes: definitions.filter(
    (node) => node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION,
  ),
});
