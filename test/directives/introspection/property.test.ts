import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  getNamedType,
  GraphQLObjectType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  parse,
  validate,
  validateSchema,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Judgement } from '../../../src/directives/judgement.js';
import type { ViewerContext } from '../../../src/viewer.js';
import { printModel, randomFrom, randomModel, type Random } from '../model.js';
import { build, expired, guards, nobody, somebody } from '../support.js';
import { coordinatesOf, seenBy } from './support.js';

const everybody: ViewerContext[] = [
  nobody(),
  expired(),
  somebody(),
  somebody({ scopes: ['a'], roles: ['r'] }),
  somebody({ scopes: ['c'] }),
  somebody({ scopes: ['a', 'b'] }),
  somebody({ scopes: ['a', 'b', 'c'], roles: ['r'] }),
];

/** The models have optional inputs only: some of them are made required. */
function randomSdl(random: Random): string {
  const sdl = printModel(randomModel(random));
  const replaced: [RegExp, string][] = [
    [/\bx: In\b/g, 'x: In!'],
    [/\by: Int\b/g, 'y: Int!'],
    [/\bp: Int\b/g, 'p: Int!'],
  ];
  return replaced.reduce((text, [from, to]) => (random(3) ? text : text.replace(from, to)), sdl);
}

/** Thrown away: a path that ends nowhere. */
class DeadEnd extends Error {}

const oneOf = <T>(random: Random, list: readonly T[]): T => {
  if (list.length === 0) throw new DeadEnd();
  return list[random(list.length)] as T;
};

/** A value that is neither null nor empty, with what is required and some of the rest. */
function randomValue(random: Random, type: GraphQLInputType, depth: number): string {
  if (isNonNullType(type)) return randomValue(random, type.ofType, depth);
  if (isListType(type)) return `[${randomValue(random, type.ofType, depth)}]`;
  if (!isInputObjectType(type)) return '1';
  if (depth === 0) throw new DeadEnd();
  const all = Object.values(type.getFields());
  const some = all.filter((field) => isRequiredInputField(field) || random(4) === 0);
  const fields = some.length > 0 ? some : [oneOf(random, all)];
  const printed = fields.map(
    (field) => `${field.name}: ${randomValue(random, field.type, depth - 1)}`,
  );
  return `{ ${printed.join(', ')} }`;
}

/**
 * A selection of real fields. A union or an interface is taken apart by fragments on objects; of an interface at
 * least one field is selected, and fragments on it stand nowhere else, so that it is seen as a whole.
 */
function randomSelection(
  random: Random,
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  depth: number,
): string {
  const parts: string[] = [];
  if (isAbstractType(type) && (random(2) || !isInterfaceType(type))) {
    const object = oneOf(random, schema.getPossibleTypes(type));
    parts.push(`... on ${object.name} ${randomSelection(random, schema, object, depth)}`);
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    const field = oneOf(random, Object.values(type.getFields()));
    const returned = getNamedType(field.type);
    if (!isLeafType(returned) && depth === 0) throw new DeadEnd();
    if (isAbstractType(returned) && schema.getPossibleTypes(returned).length === 0) {
      throw new DeadEnd();
    }
    const args = field.args
      .filter((argument) => isRequiredArgument(argument) || random(4) === 0)
      .map((argument) => `${argument.name}: ${randomValue(random, argument.type, 2)}`);
    const below = isLeafType(returned) ? '' : randomSelection(random, schema, returned, depth - 1);
    const written = args.length > 0 ? `(${args.join(', ')})` : '';
    parts.push(`a${random(1e9)}: ${field.name}${written} ${below}`);
  }
  return `{ ${parts.join(' ')} }`;
}

function randomDocument(random: Random, schema: GraphQLSchema): string | null {
  const isMutation = random(3) === 0;
  const root = (isMutation ? schema.getMutationType() : schema.getQueryType()) ?? null;
  try {
    if (root === null) return null;
    const selection = randomSelection(random, schema, root, 3);
    return `${isMutation ? 'mutation' : 'query'} ${selection}`;
  } catch (error) {
    if (error instanceof DeadEnd) return null;
    throw error;
  }
}

describe('over random schemas, grants and documents', () => {
  test('what is seen is valid, and an operation is valid on it exactly when nothing of it is denied', () => {
    const seenCases = { shown: 0, hidden: 0 };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomFrom(seed);
        const here = guards({ filterIntrospection: true, onUnauthorized: 'reject' });
        const schema = here.guard(build(randomSdl(random)));
        for (const context of everybody) {
          const seen = seenBy(schema, context);
          expect(validateSchema(seen)).toEqual([]);
          const documents = Array.from({ length: 12 }, (_, at) =>
            randomDocument(random, at % 2 === 0 ? schema : seen),
          );
          for (const source of documents) {
            if (source === null || source.includes('_empty')) continue;
            const document = parse(source);
            expect(validate(schema, document)).toEqual([]);
            const operation = document.definitions[0] as OperationDefinitionNode;
            const { denials } = here.judge(schema, document, operation, {}, context) as Judgement;
            // Validation has nothing to say about a root type that is not there.
            const isShown =
              seen.getRootType(operation.operation) instanceof GraphQLObjectType &&
              validate(seen, document).length === 0;
            seenCases[isShown ? 'shown' : 'hidden'] += 1;
            expect({ source, isShown }).toEqual({ source, isShown: denials.length === 0 });
          }
        }
      }),
      { numRuns: 20 },
    );
    expect(seenCases.shown).toBeGreaterThan(150);
    expect(seenCases.hidden).toBeGreaterThan(150);
  });

  test('where denied parts are left out, at least that much is seen, and nothing whose own requirements are unmet', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomFrom(seed);
        const here = guards({ filterIntrospection: true });
        const sdl = randomSdl(random);
        const strict = guards({ filterIntrospection: true, onUnauthorized: 'reject' });
        const [lenientSchema, strictSchema] = [here.guard(build(sdl)), strict.guard(build(sdl))];
        for (const context of everybody) {
          const seen = seenBy(lenientSchema, context);
          expect(validateSchema(seen)).toEqual([]);
          const shown = coordinatesOf(seen).filter((each) => !each.includes('_empty'));
          const { viewer } = context;
          for (const coordinate of shown.filter((each) => each.includes('.'))) {
            const asked = here.requirementOf(lenientSchema, coordinate) ?? [];
            expect({
              coordinate,
              unmet: asked.filter((each) => 'unmet' in each && each.unmet(viewer)),
            }).toEqual({
              coordinate,
              unmet: [],
            });
          }
          const strictly = coordinatesOf(seenBy(strictSchema, context));
          expect(strictly.filter((each) => !shown.includes(each) && !/_empty/.test(each))).toEqual(
            [],
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  test('viewerCan denies nothing concrete that is seen, and is sure of nothing that would be denied', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomFrom(seed);
        const here = guards({ filterIntrospection: true, onUnauthorized: 'reject' });
        const schema = here.guard(build(randomSdl(random)));
        for (const context of everybody) {
          const shown = coordinatesOf(seenBy(schema, context)).filter(
            (each) => !/^(Query$|Query\._empty|[IU])/.test(each),
          );
          const answers = here.viewerCan(schema, shown, context) as (boolean | null)[];
          expect(shown.filter((_, at) => answers[at] === false)).toEqual([]);
          for (const { name } of Object.values(schema.getQueryType()?.getFields() ?? {})) {
            const [answer] = here.viewerCan(schema, [`Query.${name}`], context) as [boolean | null];
            const source = minimal(random, schema, name);
            if (source === null || answer === null) continue;
            const document = parse(source);
            const operation = document.definitions[0] as OperationDefinitionNode;
            const { denials } = here.judge(schema, document, operation, {}, context) as Judgement;
            expect({ source, can: answer }).toEqual({ source, can: denials.length === 0 });
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});

/** One root field with its required arguments, and some of the others. */
function minimal(random: Random, schema: GraphQLSchema, name: string): string | null {
  const field = schema.getQueryType()?.getFields()[name];
  if (field === undefined) return null;
  try {
    const args = field.args
      .filter((argument) => isRequiredArgument(argument) || random(2) === 0)
      .map((argument) => `${argument.name}: ${randomValue(random, argument.type, 2)}`);
    const below = isLeafType(getNamedType(field.type)) ? '' : '{ __typename }';
    return `{ ${name}${args.length > 0 ? `(${args.join(', ')})` : ''} ${below} }`;
  } catch (error) {
    if (error instanceof DeadEnd) return null;
    throw error;
  }
}
