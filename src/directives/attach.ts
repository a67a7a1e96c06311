import { defaultFieldResolver, type GraphQLField, type GraphQLObjectType } from 'graphql';
import type { Resolver } from './policedField.js';

/** `isAround`: another one was there before, to which this one may lead. */
type Guard = (resolver: Resolver, isAround: boolean) => Resolver;

interface Guards {
  readonly resolve: Guard;
  /** Null where what is there stays as it is. */
  readonly subscribe: Guard | null;
}

type Definition = GraphQLField<unknown, unknown>;
type Property = keyof Guards;

const GUARDS = Symbol('guards');
const RESOLVE = Symbol('resolve');
const SUBSCRIBE = Symbol('subscribe');
const GUARDED = { resolve: RESOLVE, subscribe: SUBSCRIBE } as const;

/** A definition whose resolvers are properties that guard whatever they are set to. */
type Guarded = Definition & {
  [GUARDS]: Guards;
  [RESOLVE]: Resolver;
  [SUBSCRIBE]: Resolver;
};

/** One pair of functions for all definitions: V8 has one shape for them then. */
const accessorOf = (
  property: Property,
  get: (this: Guarded) => Resolver,
): PropertyDescriptor & ThisType<Guarded> => ({
  enumerable: true,
  configurable: true,
  get,
  set(resolver: Resolver | null | undefined) {
    const guard = this[GUARDS][property] as Guard;
    const isAround = (this[GUARDED[property]] as Resolver | undefined) !== undefined;
    this[GUARDED[property]] = guard(resolver ?? defaultFieldResolver, isAround);
  },
});

const accessors = {
  resolve: accessorOf('resolve', function () {
    return this[RESOLVE];
  }),
  subscribe: accessorOf('subscribe', function () {
    return this[SUBSCRIBE];
  }),
};

const hidden = (value: unknown): PropertyDescriptor => ({ value, writable: true });

/**
 * Replaces the resolvers of a field by their guarded selves, now and whenever they are set again. The definition gets a
 * successor for it: to make an accessor of a property that is there turns an object into a hash table for V8, and
 * graphql-js looks into the definition several times for each field of each object, which took a tenth of an execution.
 */
export function attach(type: GraphQLObjectType, definition: Definition, guards: Guards): void {
  const successor = Object.create(Object.getPrototypeOf(definition) as object, {
    ...{ [GUARDS]: hidden(guards), [RESOLVE]: hidden(undefined), [SUBSCRIBE]: hidden(undefined) },
    ...Object.getOwnPropertyDescriptors(definition),
    resolve: accessors.resolve,
    ...(guards.subscribe !== null && { subscribe: accessors.subscribe }),
  }) as Guarded;
  successor.resolve = definition.resolve;
  if (guards.subscribe !== null) successor.subscribe = definition.subscribe;
  type.getFields()[definition.name] = successor;
}
