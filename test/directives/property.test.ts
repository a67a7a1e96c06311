import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  executeSync,
  parse,
  responsePathAsArray,
  validate,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Judgement } from '../../src/directives/guard.js';
import type { ViewerContext } from '../../src/viewer.js';
import { printOperation, randomOperation, type Operation } from './documents.js';
import { printModel, randomFrom, randomModel, type Model } from './model.js';
import { createReference, typeAt, type Grants } from './reference.js';
import { build, contextOf, expired, guards, nobody, plain, viewerOf } from './support.js';

const everybody: Grants[] = [
  { credential: 'none', scopes: [], roles: [] },
  { credential: 'expired', scopes: [], roles: [] },
  { credential: 'valid', scopes: [], roles: [] },
  { credential: 'valid', scopes: ['a'], roles: ['r'] },
  { credential: 'valid', scopes: ['c'], roles: [] },
  { credential: 'valid', scopes: ['a', 'b'], roles: [] },
  { credential: 'valid', scopes: ['a', 'b', 'c'], roles: ['r'] },
];

const contextFor = ({ credential, scopes, roles }: Grants): ViewerContext => {
  if (credential === 'none') return nobody();
  if (credential === 'expired') return expired();
  return contextOf({ kind: 'valid', viewer: viewerOf({ scopes, roles }) });
};

/** Every field has a resolver that notes where it ran. */
function withResolvers(model: Model, schema: GraphQLSchema, ran: string[]): GraphQLSchema {
  for (const type of model.objects) {
    const fields =
      (
        schema.getType(type.name) as { getFields?: () => Record<string, { resolve?: unknown }> }
      ).getFields?.() ?? {};
    for (const field of type.fields) {
      const valueAt = (path: string, list: number): unknown => {
        if (list > 0) return [0, 1].map((index) => valueAt(`${path}.${index}`, list - 1));
        if (field.type === 'Color') return 'RED';
        if (field.type in model.leafs) return 1;
        const object = typeAt(model, field.type, path);
        return object === null ? null : { __typename: object };
      };
      (fields[field.name] as { resolve: unknown }).resolve = (
        _: unknown,
        __: unknown,
        ___: unknown,
        info: { path: Parameters<typeof responsePathAsArray>[0] },
      ) => {
        const path = responsePathAsArray(info.path).join('.');
        ran.push(path);
        return valueAt(path, field.list);
      };
    }
  }
  return schema;
}

/** What came, in the reference's words: nulls in non-null lists are GraphQL's own errors. */
const deniedIn = ({ errors = [] }: ExecutionResult): string[] =>
  errors
    .map(({ path = [], extensions, message }) =>
      message.startsWith('Cannot return null')
        ? `null at ${path.join('.')}`
        : `${path.join('.')} ${String(extensions['coordinate'])}`,
    )
    .sort();

interface Case {
  model: Model;
  operation: Operation;
  source: string;
  grants: Grants;
}

function forEachCase(seed: number, check: (each: Case) => void): void {
  const random = randomFrom(seed);
  const model = randomModel(random);
  for (let i = 0; i < 4; i++) {
    const operation = randomOperation(random, model);
    const source = printOperation(operation);
    for (let j = 0; j < 3; j++) {
      check({ model, operation, source, grants: everybody[random(everybody.length)] as Grants });
    }
  }
}

describe('against a plain evaluator over random schemas, documents and grants', () => {
  test('the same data, the same denials at the same positions, the same resolvers run', () => {
    let cases = 0;
    const denials = { some: 0, nothingRan: 0 };
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), fc.boolean(), (seed, reject, announce) => {
        const guardsHere = guards({ onUnauthorized: reject ? 'reject' : 'filter' });
        const ran: string[] = [];
        let last: { model: Model; schema: GraphQLSchema } | null = null;
        forEachCase(seed, ({ model, operation, source, grants }) => {
          if (last === null) {
            const schema = withResolvers(model, build(printModel(model)), ran);
            last = { model, schema: guardsHere.guard(schema) };
          }
          const { schema } = last;
          const document = parse(source);
          const invalid = validate(schema, document).filter(
            ({ message }) => !/is never used/.test(message),
          );
          if (invalid.length > 0) throw new Error(`${source}\n${String(invalid[0])}`);
          const contextValue = contextFor(grants);
          const expected = createReference(model, grants, operation);
          const staticDenials = expected.staticDenials();
          const refused =
            staticDenials.length > 0 &&
            (reject || (operation.kind === 'mutation' && grants.credential === 'expired'));
          if (announce) {
            const definition = document.definitions[0] as OperationDefinitionNode;
            const judged = guardsHere.judge(
              schema,
              document,
              definition,
              operation.raw,
              contextValue,
            ) as Judgement;
            expect(judged.refuseAll).toBe(refused);
            expect(new Set(judged.denials.map(({ path = [] }) => path.join('.')))).toEqual(
              new Set(staticDenials.map(([path]) => path)),
            );
          }
          ran.length = 0;
          const result = executeSync({
            schema,
            document,
            contextValue,
            variableValues: operation.raw,
          });
          cases += 1;
          denials.some += result.errors ? 1 : 0;
          denials.nothingRan += refused ? 1 : 0;
          if (refused) {
            expect(ran).toEqual([]);
            for (const value of Object.values(plain(result.data ?? null) ?? {})) {
              expect(['Query', 'Mutation', null]).toContain(value);
            }
            return;
          }
          const outcome = expected.execute();
          expect({ data: plain(result.data ?? null), denied: deniedIn(result), ran }).toEqual({
            ...outcome,
          });
        });
      }),
      { numRuns: 200 },
    );
    expect(cases).toBe(2400);
    // The cases mean something: many deny, some refuse everything, many let everything through.
    expect(denials.some).toBeGreaterThan(500);
    expect(denials.nothingRan).toBeGreaterThan(100);
    expect(cases - denials.some).toBeGreaterThan(300);
  }, 90_000);
});
