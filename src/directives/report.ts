import {
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { isRootType, type GuardMode } from './compile.js';
import { assertGuardsAreEnforced } from './mistakes.js';
import { ReportReader, type ReportedRequirement, type ReportEntry } from './reportReader.js';

/** What guards a schema, and which of its root fields nothing guards. */
export interface SchemaReport {
  /** Every type and field, and the arguments and input fields at which something is asked for. Root types first. */
  readonly entries: readonly ReportEntry[];
  /** Root fields that ask for nothing and are not `@public`; `_service` and `_entities` of a subgraph aside. */
  readonly unguarded: Readonly<Record<OperationKind, readonly string[]>>;
}

export const operationKinds = ['query', 'mutation', 'subscription'] as const;
export type OperationKind = (typeof operationKinds)[number];

/**
 * Says what every coordinate of a schema asks for, itself and from elsewhere. `mode` as for the guards (default:
 * `granular`). Throws a `TypeError` for a guard that is a mistake. Enforces nothing, and asks no policy.
 */
export function report(
  schema: GraphQLSchema,
  { mode = 'granular' }: { mode?: GuardMode | undefined } = {},
): SchemaReport {
  assertGuardsAreEnforced(schema);
  const read = new ReportReader(schema, mode);
  const entries = typesOf(schema).flatMap((type) => entriesOf(type, read));
  return Object.freeze<SchemaReport>({ entries, unguarded: unguardedIn(schema, entries) });
}

/** Root types, then the others by name: the order of the report does not hang on that of the definitions. */
function typesOf(schema: GraphQLSchema): GraphQLNamedType[] {
  const all = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const used = new Set(all.flatMap(typesIn));
  const others = all
    .filter((type) => !isSpecifiedScalarType(type) && !isRootType(schema, type))
    // What only directives take, such as `Scope`, is no part of any answer.
    .filter((type) => !isLeafType(type) || used.has(type.name))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return [...roots.filter((type) => type !== null && type !== undefined), ...others];
}

/** The names of the types that the fields and arguments of a type have. */
function typesIn(type: GraphQLNamedType): string[] {
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => getNamedType(field.type).name);
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) =>
    [field, ...field.args].map((each) => getNamedType(each.type).name),
  );
}

function entriesOf(type: GraphQLNamedType, read: ReportReader): ReportEntry[] {
  const entries = [read.type(type)];
  const asks = ({ own, inherited }: ReportEntry): boolean => own.length + inherited.length > 0;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).map((field) => read.inputField(type, field));
    entries.push(...fields.filter(asks));
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      const args = field.args.map((argument) => read.argument(type, field, argument));
      entries.push(read.field(type, field), ...args.filter(asks));
    }
  }
  return entries;
}

function unguardedIn(
  schema: GraphQLSchema,
  entries: readonly ReportEntry[],
): SchemaReport['unguarded'] {
  const byCoordinate = new Map(entries.map((entry) => [entry.coordinate, entry]));
  const unguarded = {
    query: [] as string[],
    mutation: [] as string[],
    subscription: [] as string[],
  };
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  for (const kind of operationKinds) {
    for (const { name, type } of Object.values(roots[kind]?.getFields() ?? {})) {
      const entry = byCoordinate.get(`${roots[kind]?.name}.${name}`) as ReportEntry;
      const isOfSubgraph = kind === 'query' && (name === '_service' || name === '_entities');
      if (entry.isPublic || isOfSubgraph) continue;
      if (!isGuarded(schema, entry, getNamedType(type))) unguarded[kind].push(entry.coordinate);
    }
  }
  return unguarded;
}

/** Where the object decides, each that may come has to be guarded. */
function isGuarded(
  schema: GraphQLSchema,
  { own, inherited }: ReportEntry,
  type: GraphQLNamedType,
): boolean {
  const asked = [...own, ...inherited];
  if (asked.some(({ object }) => object === null)) return true;
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  return (
    possible.length > 0 && possible.every(({ name }) => asked.some(({ object }) => object === name))
  );
}

/** `@requiresScopes(a & b | c)`: a and b, or c. */
export function requirementText({
  directive,
  required,
}: Pick<ReportedRequirement, 'directive' | 'required'>): string {
  if (required === null) return directive;
  const groups = required.map((group) => (typeof group === 'string' ? group : group.join(' & ')));
  return `${directive}(${groups.join(' | ')})`;
}
