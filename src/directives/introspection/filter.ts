import {
  __Type,
  isAbstractType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { andThen, type MaybePromise } from '../../outcome.js';
import { keepOn, keptOn } from '../belongings.js';
import type { CompiledSchema } from '../compile.js';
import { contextAt } from '../payload.js';
import type { Requirement } from '../requirement.js';
import type { ViewerJudge } from '../viewerJudge.js';
import { askAll, requirementsOf, type Answers } from './answers.js';
import { pruneSchema } from './prune.js';
import { usableCoordinates } from './usable.js';

type Resolver = GraphQLFieldResolver<unknown, unknown>;
type Look = (context: unknown, info: GraphQLResolveInfo) => MaybePromise<GraphQLSchema>;

const EXTENSION = 'gatehouseIntrospection';

/** Pruned schemas that are kept: as many as there are sets of grants which differ in what they open. */
const MAX_VIEWS = 100;

/** Which pruned schema an abstract type belongs to: it does not know its own possible types. */
const schemaOf = new WeakMap<GraphQLNamedType, GraphQLSchema>();

let isReplaced = false;

/**
 * Makes `__schema` and `__type` of a guarded schema answer only what the viewer may use, in place. Operations stay
 * as valid as they were. graphql-js has one `__schema`, one `__type` and one `possibleTypes` for all schemas, so
 * where a schema needs this, and only then, those three resolvers are replaced; for other schemas they answer as
 * before.
 */
export function filterIntrospection(
  compiled: CompiledSchema,
  judgeOf: (context: unknown) => ViewerJudge,
  isStrict: boolean,
): void {
  const view = createViews(compiled, isStrict);
  const requirements = requirementsOf(compiled);
  const look: Look = (context, info) =>
    andThen(askAll(judgeOf(contextAt(context, info)), requirements), (answers) =>
      view(info.schema, answers),
    );
  const { schema } = compiled;
  keepOn(schema, EXTENSION, look);
  if (!isReplaced) replaceResolvers();
  isReplaced = true;
}

/**
 * Makes pruned schemas when they are first asked for. Viewers for whom every requirement has the same answer share
 * one, whatever else they hold. What depends on the object counts as allowed.
 */
export function createViews(
  compiled: CompiledSchema,
  isStrict: boolean,
): (schema: GraphQLSchema, answers: Answers) => GraphQLSchema {
  const requirements = requirementsOf(compiled);
  const bySchema = new WeakMap<GraphQLSchema, LRUCache<string, GraphQLSchema>>();
  return (schema, answers) => {
    let views = bySchema.get(schema);
    if (views === undefined) {
      views = new LRUCache<string, GraphQLSchema>({ max: MAX_VIEWS });
      bySchema.set(schema, views);
    }
    const isOpen = (requirement: Requirement): boolean => answers(requirement) !== false;
    const key = requirements.map((each) => (isOpen(each) ? '1' : '0')).join('');
    let view = views.get(key);
    if (view === undefined) {
      const meets = (asked: readonly Requirement[]): boolean => asked.every(isOpen);
      view = pruneSchema(schema, usableCoordinates(schema, compiled, { meets, isStrict }));
      for (const type of Object.values(view.getTypeMap())) {
        if (isAbstractType(type)) schemaOf.set(type, view);
      }
      views.set(key, view);
    }
    return view;
  };
}

function replaceResolvers(): void {
  for (const field of [SchemaMetaFieldDef, TypeMetaFieldDef]) {
    const resolve = field.resolve as Resolver;
    field.resolve = (source: unknown, args, context: unknown, info) => {
      const look = keptOn(info.schema, EXTENSION) as Look | undefined;
      if (look === undefined) return resolve(source, args, context, info);
      return andThen(look(context, info), (schema) =>
        resolve(source, args, context, { ...info, schema }),
      );
    };
  }
  const possibleTypes = __Type.getFields()['possibleTypes'] as { resolve: Resolver };
  const { resolve } = possibleTypes;
  possibleTypes.resolve = (type, args, context, info) => {
    const schema = schemaOf.get(type as GraphQLNamedType) ?? info.schema;
    return resolve(type, args, context, { ...info, schema });
  };
}
