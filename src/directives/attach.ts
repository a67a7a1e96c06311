import { defaultFieldResolver, type GraphQLField, type GraphQLObjectType } from 'graphql';
import type { Resolver } from './policedField.js';

type Guard = (resolver: Resolver) => Resolver;

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
    this[GUARDED[property]] = guard(resolver ?? defaultFieldResolver);
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

const descriptorOf = (owner: object, key: PropertyKey): PropertyDescriptor =>
  Object.getOwnPropertyDescriptor(owner, key) ?? {};

const hidden = (value: unknown): PropertyDescriptor => ({ value, writable: true });

/**
 * Replaces the resolvers of a field by their guarded selves, now and whenever they are set again. The definition gets a
 * successor for it: to make an accessor of a property that is there turns an object into a hash table for V8, and
 * graphql-js looks into the definition several times for each field of each object, which took a tenth of an execution.
 */
export function attach(type: GraphQLObjectType, definition: Definition, guards: Guards): void {
  const successor = Object.create(Object.getPrototypeOf(definition) as object) as Guarded;
  const attached = (['resolve', 'subscribe'] as const).filter((name) => guards[name] !== null);
  Object.defineProperty(successor, GUARDS, hidden(guards));
  for (const property of attached) {
    Object.defineProperty(successor, GUARDED[property], hidden(undefined));
  }
  for (const key of new Set([...Reflect.ownKeys(definition), ...attached])) {
    const isAttached = attached.includes(key as Property);
    const now = isAttached ? accessors[key as Property] : descriptorOf(definition, key);
    Object.defineProperty(successor, key, now);
  }
  for (const property of attached) successor[property] = definition[property];
  type.getFields()[definition.name] = successor;
}
