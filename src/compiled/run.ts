import { getArgumentValues, type GraphQLResolveInfo } from 'graphql';
import type { GuardsLeft, Runnable } from '../directives/judgement.js';
import type { ObjectPredicate } from '../directives/purePolicies.js';
import type { MaybePromise } from '../outcome.js';
import type { Credential, ViewerContext } from '../viewer.js';
import type { OperationPlan, ResolvedField, Resolver, SelectionPlan, Shape } from './plan.js';
import { guardedResolverOf, renewTwin } from './twin.js';

/** The `data` of an answer, or an object in it. */
export type Data = Record<string, unknown>;

type Path = GraphQLResolveInfo['path'];
type Values = Readonly<Record<string, unknown>>;

/** Objects that inherit no name, as those of graphql-js, and yet have the layout that V8 serializes fastest. */
const EmptyData = function () {
  // Its prototype is all that it has.
} as unknown as { new (): Data; prototype: unknown };
EmptyData.prototype = Object.freeze(Object.create(null));

/** The place is that of a field, and in no list. */
const NO_INDEX = -1;

const NO_ARGUMENTS = Object.freeze({});
const NO_INFO = undefined as unknown as GraphQLResolveInfo;

/** Nobody sees it: the run is thrown away, and graphql-js says what is wrong. */
const thrownAway = new Error('This run is thrown away.');

/**
 * Runs a compiled operation, with what guards have left to say of it. Null where anything went wrong: then the
 * operation is to be executed again, by graphql-js, which knows the errors, and what is still under way here counts for
 * nothing. A promise only where a resolver answers with one. Never rejects.
 */
export function runPlan(
  plan: OperationPlan,
  context: ViewerContext,
  runnable: Runnable,
): MaybePromise<Data | null> {
  return new Run(plan, context, runnable).start();
}

class Run {
  #pending = 0;
  #isOver = false;
  #settle: ((data: Data | null) => void) | null = null;
  #data: Data | null = null;
  #giveUp: (() => void) | null = null;

  readonly #plan: OperationPlan;
  readonly #context: ViewerContext;
  readonly #variables: Values;
  readonly #guards: GuardsLeft;
  readonly #credential: Credential;

  constructor(plan: OperationPlan, context: ViewerContext, { variables, guards }: Runnable) {
    this.#plan = plan;
    this.#context = context;
    this.#variables = variables;
    this.#guards = guards;
    this.#credential = context.credential;
  }

  start(): MaybePromise<Data | null> {
    try {
      this.#data = this.#select(this.#plan.root, undefined, undefined, NO_INDEX);
    } catch {
      this.#isOver = true;
      return null;
    }
    if (this.#pending === 0) return this.#data;
    return new Promise((resolve) => (this.#settle = resolve));
  }

  /** `above` and `index` tell where it stands: what nobody asks for is not made. */
  #select(selection: SelectionPlan, source: unknown, above: Path | undefined, index: number): Data {
    const data = new EmptyData();
    let here: Path | undefined = index === NO_INDEX ? above : undefined;
    for (const field of selection) {
      const { key, typename } = field;
      if (typename !== null) {
        data[key] = typename;
        continue;
      }
      const resolver = this.#resolverFor(field, source);
      const isBrief = resolver === null || resolver === field.twin.brief;
      let path: Path | undefined;
      if (!isBrief || !field.isLeaf) {
        here ??= pathOf(above, index);
        path = { prev: here, key, typename: field.parentType.name };
      }
      let value: unknown;
      if (resolver === null) value = this.#read(field, source, above, index);
      else if (isBrief) value = resolver(source, NO_ARGUMENTS, this.#context, NO_INFO);
      else {
        const info = this.#info(field, path as Path);
        value = resolver(source, this.#arguments(field), this.#context, info);
      }
      this.#place(data, key, value, field.shape, path, NO_INDEX);
    }
    return data;
  }

  /** The resolver that is to run, once its guard has nothing to say any more. Null reads a property. */
  #resolverFor(field: ResolvedField, source: unknown): Resolver | null {
    if (this.#guards === 'anything') return guardedResolverOf(field);
    const { twin, definition } = field;
    if (definition.resolve !== twin.of) renewTwin(field);
    const { resolver, aboutParent } = twin;
    if (this.#guards === 'nothing') return resolver;
    if (aboutParent === null) return guardedResolverOf(field);
    if (aboutParent.allows !== null) this.#assertAllowed(aboutParent.allows, source);
    return resolver;
  }

  /** A context that lives longer than a request (a socket's) may have become somebody else's meanwhile. */
  #assertAllowed(allows: ObjectPredicate, source: unknown): void {
    const credential = this.#credential;
    const viewer = credential.kind === 'valid' ? credential.viewer : null;
    if (this.#context.credential !== credential || !allows(source, viewer)) throw thrownAway;
  }

  /** What graphql-js does where there is no resolver. */
  #read(field: ResolvedField, source: unknown, above: Path | undefined, index: number): unknown {
    const args = field.hasArguments ? this.#arguments(field) : null;
    if ((typeof source !== 'object' || source === null) && typeof source !== 'function') {
      return undefined;
    }
    const { name } = field.definition;
    const property = (source as Data)[name];
    if (typeof property !== 'function') return property;
    const prev = pathOf(above, index);
    const path = { prev, key: field.key, typename: field.parentType.name };
    const method = (source as Record<string, (...asked: unknown[]) => unknown>)[name];
    return method?.call(source, args ?? {}, this.#context, this.#info(field, path));
  }

  /** New ones for each call, as graphql-js makes them: a resolver may change its own. */
  #arguments({ hasArguments, definition, nodes }: ResolvedField): Record<string, unknown> {
    return hasArguments ? getArgumentValues(definition, nodes[0], this.#variables) : {};
  }

  #info({ definition, nodes, parentType }: ResolvedField, path: Path): GraphQLResolveInfo {
    return {
      fieldName: definition.name,
      fieldNodes: nodes,
      returnType: definition.type,
      parentType,
      path,
      schema: this.#plan.schema,
      fragments: this.#plan.fragments,
      rootValue: undefined,
      operation: this.#plan.operation,
      variableValues: this.#variables,
    };
  }

  /** At once or later; either way the key has its place in the order of the answer. */
  #place(
    target: Data | unknown[],
    key: string | number,
    value: unknown,
    shape: Shape,
    above: Path | undefined,
    index: number,
  ): void {
    const place = target as Record<string | number, unknown>;
    if (!isThenable(value)) {
      place[key] = this.#complete(value, shape, above, index);
      return;
    }
    place[key] = null;
    this.#pending += 1;
    const giveUp = (this.#giveUp ??= () => {
      this.#isOver = true;
      this.#settle?.(null);
    });
    promiseOf(value).then((arrived) => {
      if (this.#isOver) return;
      try {
        place[key] = this.#complete(arrived, shape, above, index);
      } catch {
        giveUp();
        return;
      }
      this.#pending -= 1;
      if (this.#pending === 0) this.#settle?.(this.#data);
    }, giveUp);
  }

  #complete(value: unknown, shape: Shape, above: Path | undefined, index: number): unknown {
    if (value === null || value === undefined) {
      if (shape.isNonNull) throw thrownAway;
      return null;
    }
    if (value instanceof Error) throw thrownAway;
    if (shape.leaf !== null) {
      const serialized: unknown = shape.leaf.serialize(value);
      if (serialized === null || serialized === undefined) throw thrownAway;
      if (isThenable(serialized)) {
        handle(serialized);
        throw thrownAway;
      }
      return serialized;
    }
    if (shape.item !== null) return this.#list(value, shape.item, pathOf(above, index));
    return this.#select(shape.selection as SelectionPlan, value, above, index);
  }

  #list(value: unknown, shape: Shape, above: Path | undefined): unknown[] {
    const isIterable =
      typeof value === 'object' &&
      typeof (value as Iterable<unknown>)[Symbol.iterator] === 'function';
    if (!isIterable) throw thrownAway;
    const items = Array.isArray(value)
      ? (value as unknown[])
      : Array.from(value as Iterable<unknown>);
    const list: unknown[] = [];
    for (let index = 0; index < items.length; index += 1) {
      try {
        this.#place(list, index, items[index], shape, above, index);
      } catch (error) {
        // Nobody else will look at those behind it, and a rejection that nobody handles ends the process.
        for (const item of items.slice(index + 1)) if (isThenable(item)) handle(item);
        throw error;
      }
    }
    return list;
  }
}

const pathOf = (above: Path | undefined, index: number): Path | undefined =>
  index === NO_INDEX ? above : { prev: above, key: index, typename: undefined };

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  typeof (value as PromiseLike<unknown>).then === 'function';

/** A thenable of another make may call back twice, or at once. */
const promiseOf = (value: PromiseLike<unknown>): Promise<unknown> =>
  value instanceof Promise ? value : Promise.resolve(value);

function handle(value: PromiseLike<unknown>): void {
  promiseOf(value).catch(() => undefined);
}
