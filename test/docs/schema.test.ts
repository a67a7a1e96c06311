import { makeExecutableSchema } from '@graphql-tools/schema';
import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  type GraphQLSchema,
} from 'graphql';
import { readFileSync } from 'node:fs';
import { typeDefs } from '../../src/generated/typeDefs.js';
import { resolvers } from '../../src/resolvers/resolvers.js';

type Element = [coordinate: string, description: string | null | undefined];

/** Everything that documentation shows, by schema coordinate. */
function elementsOf(schema: GraphQLSchema): Element[] {
  const found: Element[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    found.push([type.name, type.description]);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        const at = `${type.name}.${field.name}`;
        found.push([at, field.description]);
        for (const { name, description } of field.args)
          found.push([`${at}(${name}:)`, description]);
      }
    }
    const members = isInputObjectType(type)
      ? Object.values(type.getFields())
      : isEnumType(type)
        ? type.getValues()
        : [];
    for (const { name, description } of members) found.push([`${type.name}.${name}`, description]);
  }
  for (const directive of schema.getDirectives()) {
    if (isSpecifiedDirective(directive)) continue;
    found.push([`@${directive.name}`, directive.description]);
    for (const { name, description } of directive.args) {
      found.push([`@${directive.name}(${name}:)`, description]);
    }
  }
  return found;
}

const written = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

describe('schema.graphql', () => {
  test('describes every type, field, argument, enum value and directive', () => {
    const elements = elementsOf(written);
    expect(elements.length).toBeGreaterThan(100);
    expect(elements.filter(([, description]) => !description?.trim())).toEqual([]);
  });

  test('names and describes everything as the running server does', () => {
    const served = makeExecutableSchema({ typeDefs, resolvers });
    const sorted = (schema: GraphQLSchema) => elementsOf(schema).sort();
    expect(sorted(served)).toEqual(sorted(written));
  });
});
