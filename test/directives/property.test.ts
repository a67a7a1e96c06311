import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  execute,
  parse,
  responsePathAsArray,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Judgement } from '../../src/directives/judgement.js';
import { perObject, type Policies, type PolicyItem } from '../../src/directives/policies.js';
import type { Viewer, ViewerContext } from '../../src/viewer.js';
import { printOperation, randomOperation, type Operation } from './documents.js';
import { printModel, randomFrom, randomModel, type Model } from './model.js';
import { createReference, outsideOfFallen, policyRules, typeAt, type Grants } from './reference.js';
import { build, contextOf, expired, guards, nobody, plain, viewerOf } from './support.js';

/** Jest maps each line of each stack, and here are thousands of denials: a case is told by its seed. */
Error.stackTraceLimit = 1;

const everybody: Grants[] = [
  { credential: 'none', scopes: [], roles: [] },
  { credential: 'expired', scopes: [], roles: [] },
  { credential: 'valid', scopes: [], roles: [] },
  { credential: 'valid', scopes: ['a'], roles: ['r'] },
  { credential: 'valid', scopes: ['c'], roles: [] },
  { credential: 'valid', scopes: ['a', 'b'], roles: [] },
  { credential: 'valid', scopes: ['a', 'b', 'c'], roles: ['r'] },
];

/** A context of one execution alone, with what ran in it: what a fallen list leaves behind may still run later. */
interface CaseContext extends ViewerContext {
  readonly ran: string[];
}

const contextFor = ({ credential, scopes, roles }: Grants): CaseContext => {
  const ran: string[] = [];
  if (credential === 'none') return { ...nobody(), ran };
  if (credential === 'expired') return { ...expired(), ran };
  return { ...contextOf({ kind: 'valid', viewer: viewerOf({ scopes, roles }) }), ran };
};

/** Every field has a resolver that notes where it ran. */
function withResolvers(model: Model, schema: GraphQLSchema): GraphQLSchema {
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
        return object === null ? null : { __typename: object, path };
      };
      (fields[field.name] as { resolve: unknown }).resolve = (
        _: unknown,
        __: unknown,
        { ran }: CaseContext,
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

interface Setting {
  seed: number;
  reject: boolean;
  announce: boolean;
  protectAll: boolean;
}

const settings = fc.record({
  seed: fc.integer(),
  reject: fc.boolean(),
  announce: fc.boolean(),
  protectAll: fc.boolean(),
});

function casesOf(seed: number, withPolicies: boolean): Case[] {
  const random = randomFrom(seed);
  const model = randomModel(random, withPolicies);
  return Array.from({ length: 4 }, () => {
    const operation = randomOperation(random, model);
    const source = printOperation(operation);
    return Array.from({ length: 3 }, () => {
      const grants = everybody[random(everybody.length)] as Grants;
      return { model, operation, source, grants };
    });
  }).flat();
}

const grantsOf = (viewer: Viewer | null): Grants =>
  viewer === null
    ? { credential: 'none', scopes: [], roles: [] }
    : { credential: 'valid', scopes: [...viewer.scopes], roles: [...viewer.roles] };

const nameOf = ({ object, args }: PolicyItem): string => {
  const { path = object } = Object(object) as { path?: unknown };
  return `${path as string} ${args['y'] as number}`;
};

const policies: Policies = {
  now: (viewer) => policyRules.now(grantsOf(viewer)),
  later: (viewer) => Promise.resolve(policyRules.later(grantsOf(viewer))),
  even: perObject((items) => items.map((item) => policyRules.even(nameOf(item)))),
  third: perObject((items) =>
    Promise.resolve(items.map((item) => policyRules.third(nameOf(item)))),
  ),
};

/** One schema under its guards, with what ran in it. */
function stage(model: Model, { reject, protectAll }: Setting) {
  const by = guards({
    policies,
    onUnauthorized: reject ? 'reject' : 'filter',
    mode: protectAll ? 'protect-all' : 'granular',
  });
  const schema = by.guard(withResolvers(model, build(printModel(model))));
  return { by, schema, valid: new Set<string>() };
}

type Stage = ReturnType<typeof stage>;

/** Each case has a document of its own; that it is valid is asked once of all with the same text. */
const parsed = ({ schema, valid }: Stage, source: string): DocumentNode => {
  const document = parse(source);
  if (valid.has(source)) return document;
  const [invalid] = validate(schema, document).filter(
    ({ message }) => !/is never used/.test(message),
  );
  if (invalid !== undefined) throw new Error(`${source}\n${String(invalid)}`);
  valid.add(source);
  return document;
};

/** What the guards say before anything runs is what the reference says. */
function expectJudgement(
  judged: Judgement,
  refused: boolean,
  staticDenials: [string, string][],
): void {
  expect(judged.refuseAll).toBe(refused);
  expect(new Set(judged.denials.map(({ path = [] }) => path.join('.')))).toEqual(
    new Set(staticDenials.map(([path]) => path)),
  );
}

function expectNothingRan({ ran }: CaseContext, result: ExecutionResult): void {
  expect(ran).toEqual([]);
  for (const value of Object.values(plain(result.data ?? null) ?? {})) {
    expect(['Query', 'Mutation', null]).toContain(value);
  }
}

const isRefused = ({ operation, grants }: Case, { reject }: Setting, denials: number): boolean =>
  denials > 0 && (reject || (operation.kind === 'mutation' && grants.credential === 'expired'));

describe('against a plain evaluator over random schemas, documents and grants', () => {
  test('the same data, the same denials at the same positions, the same resolvers run', async () => {
    const count = { all: 0, denied: 0, refused: 0 };
    const check = async (setting: Setting, here: Stage, each: Case): Promise<void> => {
      const { operation, source, grants, model } = each;
      const document = parsed(here, source);
      const contextValue = contextFor(grants);
      const expected = createReference(model, grants, operation, setting);
      const staticDenials = expected.staticDenials();
      const refused = isRefused(each, setting, staticDenials.length);
      if (setting.announce) {
        const definition = document.definitions[0] as OperationDefinitionNode;
        const { raw } = operation;
        const judged = here.by.judge(here.schema, document, definition, raw, contextValue);
        expectJudgement(judged as Judgement, refused, staticDenials);
      }
      const variableValues = operation.raw;
      const result = await execute({ schema: here.schema, document, contextValue, variableValues });
      count.all += 1;
      count.denied += result.errors ? 1 : 0;
      count.refused += refused ? 1 : 0;
      if (refused) expectNothingRan(contextValue, result);
      else {
        const came = {
          data: plain(result.data ?? null),
          denied: deniedIn(result),
          ran: contextValue.ran,
        };
        // An item of a list that is held is completed when the others are, so that more than one may fall.
        expect(outsideOfFallen(came)).toEqual(outsideOfFallen(expected.execute()));
      }
    };
    await fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        const cases = casesOf(setting.seed, false);
        const here = stage((cases[0] as Case).model, setting);
        for (const each of cases) await check(setting, here, each);
      }),
      { numRuns: 200 },
    );
    expect(count.all).toBe(2400);
    // The cases mean something: many deny, some refuse everything, many let everything through.
    expect(count.denied).toBeGreaterThan(500);
    expect(count.refused).toBeGreaterThan(100);
    expect(count.all - count.denied).toBeGreaterThan(300);
  });

  test('with policies about requests and objects, too, in whatever order they answer', async () => {
    const count = { all: 0, denied: 0, byObject: 0, refused: 0 };
    const check = async (setting: Setting, here: Stage, each: Case): Promise<void> => {
      const { operation, source, grants, model } = each;
      const document = parsed(here, source);
      const contextValue = contextFor(grants);
      const expected = createReference(model, grants, operation, setting);
      const staticDenials = expected.staticDenials();
      const refused = isRefused(each, setting, staticDenials.length);
      if (setting.announce) {
        const definition = document.definitions[0] as OperationDefinitionNode;
        const { raw } = operation;
        const judged = await here.by.judge(here.schema, document, definition, raw, contextValue);
        expectJudgement(judged, refused, staticDenials);
      }
      const variableValues = operation.raw;
      const result = await execute({ schema: here.schema, document, contextValue, variableValues });
      count.all += 1;
      count.denied += result.errors ? 1 : 0;
      count.refused += refused ? 1 : 0;
      if (refused) {
        expectNothingRan(contextValue, result);
        return;
      }
      const outcome = expected.execute();
      const came = {
        data: plain(result.data ?? null),
        denied: deniedIn(result),
        ran: contextValue.ran,
      };
      expect(outsideOfFallen(came)).toEqual(outsideOfFallen(outcome));
      count.byObject += outcome.denied.length > 0 && staticDenials.length > 0 ? 1 : 0;
    };
    await fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        const cases = casesOf(setting.seed, true);
        const here = stage((cases[0] as Case).model, setting);
        for (const each of cases) await check(setting, here, each);
      }),
      { numRuns: 300 },
    );
    expect(count.all).toBe(3600);
    expect(count.denied).toBeGreaterThan(1000);
    expect(count.byObject).toBeGreaterThan(300);
    expect(count.refused).toBeGreaterThan(200);
    expect(count.all - count.denied).toBeGreaterThan(300);
  });
});
