import type { FieldNode } from 'graphql';
import type { AuthError } from '../errors.js';
import type { CompiledSchema, GuardedField } from './compile.js';
import type { Requirement } from './requirement.js';
import { entryOf } from './entryOf.js';
import { SuppliedInputs, type Supplied } from './suppliedInputs.js';
import type { Variables } from './variables.js';
import type { OpenRequirement, ViewerJudge } from './viewerJudge.js';

/**
 * How much is taken for granted before there is an object: `lenient` leaves open what only the object can tell; `wary`
 * takes an abstract type as all of its possible types; `strict` takes policies over objects as denying, too.
 */
type Manner = 'lenient' | 'wary' | 'strict';

type DeniedTypes = readonly [first: string | null, areAll: boolean];

type Answers<About> = Map<About, AuthError | null>;

/** Answers what the fields of one execution ask for, for one viewer. Remembers its answers. */
export class FieldJudge {
  // Made when there is something to remember: most executions ask about a field or two, in one manner.
  readonly #fields: Partial<Record<Manner, Answers<GuardedField>>> = {};
  #types: Partial<Record<Manner, Map<GuardedField['objects'], DeniedTypes>>> | undefined;
  #settling: Map<GuardedField['objects'], Promise<unknown> | null> | undefined;
  readonly #inputs: Partial<Record<Manner, Map<GuardedField, Answers<FieldNode>>>> = {};
  #supplied: SuppliedInputs | undefined;

  constructor(
    readonly compiled: CompiledSchema,
    readonly viewer: ViewerJudge,
    readonly variables: Variables,
  ) {}

  /**
   * Asks the request policies which this field may come to ask for. Null when all have answered; to be waited for
   * before any other question about the field.
   */
  settle(field: GuardedField, node: FieldNode): Promise<unknown> | null {
    if (!field.hasPolicies || this.viewer.lacksGrants(field.requirements)) return null;
    const pending = [this.viewer.settle(field.requirements)];
    if (field.isAbstract) pending.push(this.#settleTypes(field.objects));
    for (const { requirements } of this.suppliedTo(field, node)) {
      pending.push(this.viewer.settle(requirements));
    }
    const waiting = pending.filter((each) => each !== null);
    return waiting.length === 0 ? null : Promise.all(waiting);
  }

  /** Once for all fields of an interface, which may be many. */
  #settleTypes(objects: GuardedField['objects']): Promise<unknown> | null {
    const settling = (this.#settling ??= new Map<
      GuardedField['objects'],
      Promise<unknown> | null
    >());
    return entryOf(settling, objects, () => {
      const waiting = objects
        .map(({ name }) => this.settleType(name))
        .filter((each) => each !== null);
      if (waiting.length === 0) return null;
      return Promise.all(waiting).then(() => settling.set(objects, null));
    });
  }

  /** The same for a type by itself. */
  settleType(typeName: string): Promise<unknown> | null {
    return this.viewer.settle(this.#ofType(typeName));
  }

  /** Why this field does not run; null when it does, as far as there is no object to ask about. It has no path yet. */
  field(field: GuardedField, node: FieldNode): AuthError | null {
    return this.#remembered('lenient', field) ?? this.#ofInputs('lenient', field, node);
  }

  /** The same where an abstract type is all of its possible types, one of which is denied. */
  fieldForEveryType(field: GuardedField, node: FieldNode): AuthError | null {
    return this.#remembered('wary', field) ?? this.#ofInputs('wary', field, node);
  }

  /** The same before there is any object, and to be sure of every one that may come. */
  fieldForEveryObject(field: GuardedField, node: FieldNode): AuthError | null {
    return this.#remembered('strict', field) ?? this.#ofInputs('strict', field, node);
  }

  /** Why an object of this type may not stand at this field; null when it may, as far as its type tells. */
  object(typeName: string, coordinate: string): AuthError | null {
    return this.viewer.denial(this.#ofType(typeName), coordinate);
  }

  /** Whether every object that may come to stand at this field may, whatever its type. */
  meetsTypes({ objects }: GuardedField): boolean {
    return objects.every(({ name }) => this.viewer.meets(this.#ofType(name)));
  }

  /** What the parent of this field decides: whether the field runs. */
  openForParent(field: GuardedField, node: FieldNode): OpenRequirement[] {
    const open = this.viewer.open(field.aboutParent, field.coordinate);
    for (const { requirements, coordinate } of this.suppliedTo(field, node)) {
      open.push(...this.viewer.open(requirements, coordinate));
    }
    return open;
  }

  /** What the operation supplies to the guarded arguments of this field. */
  suppliedTo({ inputs }: GuardedField, node: FieldNode): readonly Supplied[] {
    if (inputs === null) return [];
    return (this.#supplied ??= new SuppliedInputs(this.variables)).to(inputs, node);
  }

  #ofType(typeName: string): readonly Requirement[] {
    return this.compiled.types.get(typeName) ?? [];
  }

  #denial(manner: Manner, requirements: readonly Requirement[], coordinate: string) {
    return manner === 'strict'
      ? this.viewer.strictDenial(requirements, coordinate)
      : this.viewer.denial(requirements, coordinate);
  }

  #withoutInputs(manner: Manner, field: GuardedField): AuthError | null {
    const { requirements, coordinate, objects, isAbstract, isMutation } = field;
    const own = this.#denial(manner, requirements, coordinate);
    if (own !== null || !isAbstract) return own;
    const [first, areAll] = this.#deniedOf(manner, objects);
    const isDenied = first !== null && (manner !== 'lenient' || isMutation || areAll);
    return isDenied ? this.#denial(manner, this.#ofType(first), coordinate) : null;
  }

  /** The first type that is denied, and whether all are: asked once for all fields of an interface, which may be many. */
  #deniedOf(manner: Manner, objects: GuardedField['objects']): DeniedTypes {
    const known = ((this.#types ??= {})[manner] ??= new Map<
      GuardedField['objects'],
      DeniedTypes
    >());
    return entryOf(known, objects, () => {
      const denied = objects.filter(
        ({ name }) => this.#denial(manner, this.#ofType(name), name) !== null,
      );
      return [denied[0]?.name ?? null, denied.length === objects.length];
    });
  }

  #remembered(manner: Manner, field: GuardedField): AuthError | null {
    const known = (this.#fields[manner] ??= new Map<GuardedField, AuthError | null>());
    let denial = known.get(field);
    if (denial === undefined) {
      denial = this.#withoutInputs(manner, field);
      known.set(field, denial);
    }
    return denial;
  }

  #ofInputs(manner: Manner, field: GuardedField, node: FieldNode): AuthError | null {
    if (field.inputs === null) return null;
    const ofManner = (this.#inputs[manner] ??= new Map<GuardedField, Answers<FieldNode>>());
    let byNode = ofManner.get(field);
    if (byNode === undefined) {
      byNode = new Map<FieldNode, AuthError | null>();
      ofManner.set(field, byNode);
    }
    let denial = byNode.get(node);
    if (denial === undefined) {
      denial = null;
      for (const { requirements, coordinate } of this.suppliedTo(field, node)) {
        denial ??= this.#denial(manner, requirements, coordinate);
      }
      byNode.set(node, denial);
    }
    return denial;
  }
}
