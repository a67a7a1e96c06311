import { asList } from './directive.js';
import { directivesOn, isRecord, type SchemaElement } from './elements.js';

/** A specification of Apollo's that a schema links to: `@link(url:, as:, import:)`. */
export interface Link {
  /** What its address ends with: `federation`. */
  readonly name: string;
  readonly version: readonly [major: number, minor: number];
  /** What stands, with two underscores, before the names that are not imported. */
  readonly prefix: string;
  /** The directives that are imported, without the at sign: their name there → their name here. */
  readonly imports: ReadonlyMap<string, string>;
}

/** Every link to a specification of Apollo's, whatever `@link` itself is called here. Other links are left aside. */
export function linksOf(schema: SchemaElement): Link[] {
  return directivesOn(schema, ['link']).flatMap(({ args: { url, as, import: imported } }) => {
    const match = addressPattern.exec(String(url));
    if (match === null) return [];
    const [, name, major, minor] = match as unknown as [string, string, string, string];
    const prefix = typeof as === 'string' ? as : name;
    return [
      { name, version: [Number(major), Number(minor)], prefix, imports: importsOf(imported) },
    ];
  });
}

/** What a directive of a linked specification is called in this schema. */
export function localNameOf({ name, prefix, imports }: Link, directive: string): string {
  return imports.get(directive) ?? (directive === name ? prefix : `${prefix}__${directive}`);
}

const addressPattern = /^https:\/\/specs\.apollo\.dev\/(\w+)\/v(\d+)\.(\d+)\/?$/;

function importsOf(imported: unknown): Map<string, string> {
  const imports = new Map<string, string>();
  for (const element of asList(imported)) {
    const { name, as } = isRecord(element) ? element : { name: element, as: element };
    if (typeof name !== 'string' || !name.startsWith('@')) continue;
    imports.set(name.slice(1), (typeof as === 'string' ? as : name).replace(/^@/, ''));
  }
  return imports;
}
