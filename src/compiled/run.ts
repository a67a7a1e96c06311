import { defaultTypeResolver, type GraphQLResolveInfo as Info } from 'graphql';
import type { GuardsLeft, Runnable } from '../directives/judgement.js';
import type { ObjectPredicate } from '../directives/purePolicies.js';
import type { MaybePromise } from '../outcome.js';
import type { Credential, ViewerContext } from '../viewer.js';
import { Arrivals } from './arrivals.js';
import { argumentsOf, infoOf, pathTo } from './info.js';
import type {
  FieldPlan,
  ObjectPlan,
  OperationPlan,
  ResolvedField,
  Resolver,
  SelectionPlan,
  Shape,
} from './plan.js';
import { drop, dropFields, isNothing, objectIn, thrownAway } from './thrownAway.js';
import { guardedResolverOf, twinIn } from './twin.js';
import {
  EmptyData,
  handle,
  isThenable,
  itemsOf,
  NO_INDEX,
  pathOf,
  type Data,
  type Path,
} from './values.js';

type Values = Readonly<Record<string, unknown>>;

const NO_ARGUMENTS = Object.freeze({});
const NO_INFO = undefined as unknown as Info;

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

let runs = 0;

class Run extends Arrivals {
  readonly #number = ++runs;
  readonly #plan: OperationPlan;
  readonly #context: ViewerContext;
  readonly #variables: Values;
  readonly #guards: GuardsLeft;
  readonly #credential: Credential;

  constructor(plan: OperationPlan, context: ViewerContext, { variables, guards }: Runnable) {
    super();
    this.#plan = plan;
    this.#context = context;
    this.#variables = variables;
    this.#guards = guards;
    this.#credential = context.credential;
  }

  start(): MaybePromise<Data | null> {
    try {
      return this.whole(this.#select(this.#plan.root, undefined, undefined, NO_INDEX));
    } catch {
      this.end();
      return null;
    }
  }

  /** `above` and `index` tell where it stands: what nobody asks for is not made. */
  #select(selection: SelectionPlan, source: unknown, above: Path | undefined, index: number): Data {
    const data = new EmptyData();
    let here: Path | undefined = index === NO_INDEX ? above : undefined;
    let at = 0;
    try {
      for (; at < selection.length; at += 1) {
        const field = selection[at] as FieldPlan;
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
          path = pathTo(field, here);
        }
        let info: Info | undefined;
        if (!isBrief || field.asksTypes) info = this.#info(field, path as Path);
        let value: unknown;
        if (resolver === null) value = this.#read(field, source, above, index, info);
        else if (isBrief) value = resolver(source, NO_ARGUMENTS, this.#context, NO_INFO);
        else {
          const args = argumentsOf(field, this.#variables);
          value = resolver(source, args, this.#context, info as Info);
        }
        this.#place(data, key, value, field.shape, path, NO_INDEX, info);
      }
    } catch (error) {
      dropFields(selection.slice(at + 1), source);
      throw error;
    }
    return data;
  }

  /** The resolver that is to run, once its guard has nothing to say any more. Null reads a property. */
  #resolverFor(field: ResolvedField, source: unknown): Resolver | null {
    if (this.#guards === 'anything') return guardedResolverOf(field);
    const { resolver, aboutParent } = twinIn(field, this.#number);
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
  #read(
    field: ResolvedField,
    source: unknown,
    above: Path | undefined,
    index: number,
    info: Info | undefined,
  ): unknown {
    const args = field.hasArguments ? argumentsOf(field, this.#variables) : null;
    if ((typeof source !== 'object' || source === null) && typeof source !== 'function') {
      return undefined;
    }
    const { name } = field.definition;
    const property = (source as Data)[name];
    if (typeof property !== 'function') return property;
    const shown = info ?? this.#info(field, pathTo(field, pathOf(above, index)));
    const method = (source as Record<string, (...asked: unknown[]) => unknown>)[name];
    return method?.call(source, args ?? {}, this.#context, shown);
  }

  #info(field: ResolvedField, path: Path): Info {
    return infoOf(this.#plan, this.#variables, field, path);
  }

  /** At once or later; either way the key has its place in the order of the answer. */
  #place(
    target: Data | unknown[],
    key: string | number,
    value: unknown,
    shape: Shape,
    above: Path | undefined,
    index: number,
    info: Info | undefined,
  ): void {
    const place = target as Record<string | number, unknown>;
    if (isThenable(value)) {
      place[key] = null;
      this.later(
        value,
        (arrived) => this.#place(target, key, arrived, shape, above, index, info),
        (arrived) => drop(arrived, shape),
      );
      return;
    }
    const { abstract } = shape;
    if (abstract === null || isNothing(value)) {
      place[key] = this.#complete(value, shape, above, index, info);
      return;
    }
    const resolveType = abstract.type.resolveType ?? defaultTypeResolver;
    const name: unknown = resolveType(value, this.#context, info as Info, abstract.type);
    if (!isThenable(name)) {
      place[key] = this.#object(objectIn(abstract, name), value, above, index, info);
      return;
    }
    place[key] = null;
    this.later(
      name,
      (arrived) => {
        place[key] = this.#object(objectIn(abstract, arrived), value, above, index, info);
      },
      () => drop(value, shape),
    );
  }

  #complete(
    value: unknown,
    shape: Shape,
    above: Path | undefined,
    index: number,
    info: Info | undefined,
  ): unknown {
    if (isNothing(value)) {
      if (shape.isNonNull || value instanceof Error) throw thrownAway;
      return null;
    }
    if (shape.leaf !== null) {
      const serialized: unknown = shape.leaf.serialize(value);
      if (serialized === null || serialized === undefined) throw thrownAway;
      if (isThenable(serialized)) {
        handle(serialized);
        throw thrownAway;
      }
      return serialized;
    }
    if (shape.item !== null) return this.#list(value, shape.item, pathOf(above, index), info);
    return this.#object(shape.object as ObjectPlan, value, above, index, info);
  }

  #object(
    { type, selection }: ObjectPlan,
    value: unknown,
    above: Path | undefined,
    index: number,
    info: Info | undefined,
  ): Data {
    if (info !== undefined && type.isTypeOf) {
      const isOne = type.isTypeOf(value, this.#context, info);
      if (isThenable(isOne)) handle(isOne);
      if (isOne !== true) throw thrownAway;
    }
    return this.#select(selection, value, above, index);
  }

  #list(value: unknown, shape: Shape, above: Path | undefined, info: Info | undefined): unknown[] {
    const items = itemsOf(value);
    if (items === null) throw thrownAway;
    const list: unknown[] = [];
    let index = 0;
    try {
      for (; index < items.length; index += 1) {
        this.#place(list, index, items[index], shape, above, index, info);
      }
    } catch (error) {
      for (const item of items.slice(index + 1)) drop(item, shape);
      throw error;
    }
    return list;
  }
}
