import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  Kind,
  parse,
  print,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { GuardNames } from './directive.js';
import { readGuards, strayGuard, type SchemaElement } from './elements.js';
import { guardNames } from './federationNames.js';

/** Throws a `TypeError` that says the fix where a guard of this schema would not be enforced. */
export function assertGuardsAreEnforced(schema: GraphQLSchema): void {
  const names = guardNames(schema);
  assertSignatures(schema, names);
  const assertUnguarded = unguardedBy(names);
  assertUnguarded(schema, 'The schema itself', 'Guard its root types instead.');
  const { asOutput, asInput } = usesOfTypes(schema);
  for (const type of Object.values(schema.getTypeMap())) {
    assertTypeGuards(type, names);
    const isNeverReturned = asInput.has(type.name) && !asOutput.has(type.name);
    if (isLeafType(type) && isNeverReturned && strayGuard(type, names) !== null) {
      throw new TypeError(
        `${type.name}: ${strayGuard(type, names)} guards what a field returns, and no field returns ${type.name}. Put it on the arguments and input fields that take ${type.name}.`,
      );
    }
  }
  for (const directive of schema.getDirectives()) {
    for (const argument of directive.args) {
      assertUnguarded(
        argument,
        `@${directive.name}(${argument.name}:)`,
        'An argument of a directive is never supplied by a request. Remove it.',
      );
    }
  }
}

function assertTypeGuards(type: GraphQLNamedType, names: GuardNames): void {
  const assertUnguarded = unguardedBy(names);
  if (isIntrospectionType(type) || isSpecifiedScalarType(type)) {
    assertUnguarded(
      type,
      type.name,
      'It belongs to GraphQL itself. Guard your own fields instead.',
    );
  } else if (isUnionType(type)) {
    assertUnguarded(type, type.name, 'A union is guarded through its members. Put it on them.');
  } else if (isInputObjectType(type)) {
    assertUnguarded(type, type.name, 'Put it on the input fields, or on the arguments.');
  } else {
    assertNotPublic(type, type.name, names);
  }
  if (isEnumType(type)) {
    for (const value of type.getValues()) {
      assertUnguarded(value, `${type.name}.${value.name}`, 'Put it on the enum.');
    }
  }
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      assertNotPublic(field, `${type.name}.${field.name}`, names);
    }
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      for (const argument of field.args) {
        assertNotPublic(argument, `${type.name}.${field.name}(${argument.name}:)`, names);
      }
    }
  }
}

const unguardedBy =
  (names: GuardNames) =>
  (element: SchemaElement, coordinate: string, fix: string): void => {
    const stray = strayGuard(element, names);
    if (stray === null) return;
    throw new TypeError(`${coordinate}: ${stray} would not be enforced here. ${fix}`);
  };

function assertNotPublic(element: SchemaElement, coordinate: string, names: GuardNames): void {
  if (!readGuards(element, coordinate, names).isPublic) return;
  throw new TypeError(
    `${coordinate}: @public stands on root fields only (of Query, Mutation and Subscription). Remove it.`,
  );
}

function usesOfTypes(schema: GraphQLSchema): { asOutput: Set<string>; asInput: Set<string> } {
  const asOutput = new Set<string>();
  const asInput = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        asInput.add(getNamedType(field.type).name);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      asOutput.add(getNamedType(field.type).name);
      for (const argument of field.args) asInput.add(getNamedType(argument.type).name);
    }
  }
  for (const { args } of schema.getDirectives()) {
    for (const argument of args) asInput.add(getNamedType(argument.type).name);
  }
  return { asOutput, asInput };
}

/** A schema may define our directives itself, with a scalar of another name, but not with another shape. */
function assertSignatures(schema: GraphQLSchema, names: GuardNames): void {
  for (const [name, { definition }] of names) {
    const defined = schema.getDirective(name);
    if (!defined) continue;
    const theirs = defined.args.map((argument) => [argument.name, String(argument.type)] as const);
    const [ours] = parse(definition).definitions;
    if (ours?.kind !== Kind.DIRECTIVE_DEFINITION) continue;
    const expected = (ours.arguments ?? []).map(
      (each) => [each.name.value, print(each.type)] as const,
    );
    if (shapeOf(theirs) === shapeOf(expected)) continue;
    throw new TypeError(
      `@${name} is defined with ${describe(theirs)}, expected ${describe(expected)}. Remove your definition and use the one of \`typeDefs\`.`,
    );
  }
}

type Signature = readonly (readonly [name: string, type: string])[];

const shapeOf = (signature: Signature): string =>
  JSON.stringify(signature.map(([name, type]) => [name, type.replace(/\w+/, '_')]));

const describe = (signature: Signature): string =>
  signature.length === 0
    ? 'no arguments'
    : `(${signature.map(([name, type]) => `${name}: ${type}`).join(', ')})`;
