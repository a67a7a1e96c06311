import type { Requirement } from './requirement.js';

/** One directive that guards. A new one is a file that makes one of these, and a line in `directives.ts`. */
export interface GuardDirective {
  /** Without the at sign. */
  readonly name: string;
  /** Its definition with a description, in the schema definition language. */
  readonly definition: string;
  /**
   * What a use of it asks for; null where it asks for nothing (`@public`).
   * Throws a `TypeError` that names `coordinate` when the arguments cannot be meant.
   */
  read(args: Readonly<Record<string, unknown>>, coordinate: string): Requirement | null;
}

/** The guards by the names that one schema has for them, without the at sign. */
export type GuardNames = ReadonlyMap<string, GuardDirective>;

/** Where guards are enforced, as the definitions say it. */
export const GUARDED_LOCATIONS =
  'FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION';

/** A value that may stand alone where a list is expected, as GraphQL coerces it. */
export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return value === undefined || value === null ? [] : [value];
}

/** The strings of a list; a `TypeError` for anything else in it. */
export function stringsOf(list: readonly unknown[], what: string, coordinate: string): string[] {
  return list.map((item) => {
    if (typeof item === 'string' && item !== '') return item;
    throw new TypeError(
      `${coordinate}: ${what} must be non-empty strings, got ${JSON.stringify(item)}.`,
    );
  });
}
