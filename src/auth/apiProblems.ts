import { Kind, assertName, specifiedScalarTypes, type DocumentNode } from 'graphql';
import { didYouMean } from '../config.js';
import { rootTypes } from './reachable.js';

/** How the API differs from `schema.graphql`, so that it fits beside another schema. Keys are its own names. */
export interface ApiChanges {
  /**
   * Other names for types (`User`) and fields of object types (`Query.me`). Those of `Query` and `Mutation` are to be
   * what the `schema { … }` of yours says.
   */
  names?: Readonly<Record<string, string>> | undefined;
  /** Fields of object types to leave out (`Query.users`). Types that only they used go with them. */
  omit?: readonly string[] | undefined;
}

/** What cannot be meant in `names` and `omit`: one sentence for each mistake. */
export function apiProblems(
  document: DocumentNode,
  { names, omit }: Required<ApiChanges>,
): string[] {
  const fields = new Set<string>();
  const types = new Set<string>();
  for (const node of document.definitions) {
    if (!('name' in node) || node.name === undefined) continue;
    if (node.kind === Kind.DIRECTIVE_DEFINITION) continue;
    types.add(node.name.value);
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of node.fields ?? []) fields.add(`${node.name.value}.${field.name.value}`);
  }
  const omitted = new Set(omit);
  return [
    ...omit.flatMap((coordinate) =>
      fields.has(coordinate)
        ? []
        : [
            `omit: this API has no field ${coordinate}.${didYouMean(coordinate, fields)} Write a field of it, such as 'Query.users'.`,
          ],
    ),
    ...Object.entries(names ?? {}).flatMap(([from, to]) => nameProblem(from, to, types, fields)),
    ...clashes(
      names ?? {},
      [...types, ...fields].filter((name) => !omitted.has(name)),
    ),
    ...[...types]
      .filter((type) => !rootTypes.includes(type) && isEmptied(type, fields, omitted))
      .map(
        (type) =>
          `omit: nothing is left of ${type}. Leave out the fields that return it: it then goes with them.`,
      ),
  ];
}

/** graphql-js drops a type that is called as one of its own; one called Subscription would be where operations start. */
const takenByGraphql: ReadonlySet<unknown> = new Set([
  ...specifiedScalarTypes.map(({ name }) => name),
  'Subscription',
]);

function nameProblem(
  from: string,
  to: unknown,
  types: ReadonlySet<string>,
  fields: ReadonlySet<string>,
): string[] {
  if (!types.has(from) && !fields.has(from)) {
    const known = [...types, ...fields];
    return [
      `names: this API has no ${from}.${didYouMean(from, known)} Write a type or a field of it, such as User or 'Query.me'.`,
    ];
  }
  if (types.has(from) && takenByGraphql.has(to)) {
    return [
      `names: ${from} cannot become ${String(to)}, which means something in GraphQL itself. Write { ${JSON.stringify(from)}: 'Account' }.`,
    ];
  }
  try {
    if (typeof to === 'string' && !to.startsWith('__') && assertName(to)) return [];
  } catch {
    // Said below, as for what is no text.
  }
  return [
    `names: ${from} must become a GraphQL name; it is ${JSON.stringify(to) ?? typeof to}. Write { ${JSON.stringify(from)}: 'Account' }.`,
  ];
}

/** Two that would end up with one name. */
function clashes(
  names: Readonly<Record<string, string>>,
  coordinates: readonly string[],
): string[] {
  const taken = new Map<string, string>();
  return coordinates.flatMap((coordinate) => {
    const [type = '', field] = coordinate.split('.');
    const to = names[coordinate] ?? field ?? type;
    const result = field === undefined ? to : `${type}.${to}`;
    const other = taken.get(result);
    taken.set(result, coordinate);
    return other === undefined
      ? []
      : [`names: ${other} and ${coordinate} would both be ${result}.`];
  });
}

function isEmptied(
  type: string,
  fields: ReadonlySet<string>,
  omitted: ReadonlySet<string>,
): boolean {
  const own = [...fields].filter((field) => field.startsWith(`${type}.`));
  return own.length > 0 && own.every((field) => omitted.has(field));
}
