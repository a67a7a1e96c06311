import type { FieldNode } from 'graphql';
import type { AuthError } from '../errors.js';
import type { Credential, Viewer, ViewerContext } from '../viewer.js';
import type { CompiledSchema, GuardedField } from './compile.js';
import { denialOf, type Requirement, type Unmet } from './requirement.js';
import { askOfInputs } from './suppliedInputs.js';
import type { Variables } from './variables.js';

/** Answers requirements for one viewer. Each is evaluated once, however often it is asked. */
export class ViewerJudge {
  readonly #viewer: Viewer | null;
  readonly #answers = new Map<string, Unmet | null>();

  constructor(readonly credential: Credential) {
    this.#viewer = credential.kind === 'valid' ? credential.viewer : null;
  }

  /** The error of the first requirement that is not met; null when all are. */
  denial(requirements: readonly Requirement[], coordinate: string): AuthError | null {
    for (const requirement of requirements) {
      const unmet = this.#unmet(requirement);
      if (unmet !== null) return denialOf(this.credential, requirement, unmet, coordinate);
    }
    return null;
  }

  meets(requirements: readonly Requirement[]): boolean {
    return requirements.every((requirement) => this.#unmet(requirement) === null);
  }

  #unmet(requirement: Requirement): Unmet | null {
    let answer = this.#answers.get(requirement.key);
    if (answer === undefined) {
      answer = requirement.unmet(this.#viewer);
      this.#answers.set(requirement.key, answer);
    }
    return answer;
  }
}

/** Makes judges of contexts, one for each viewer of a request. Throws where the context is not ours. */
export function createJudges(): (context: unknown) => ViewerJudge {
  const judges = new WeakMap<ViewerContext, ViewerJudge>();
  return (context) => {
    assertViewerContext(context);
    const known = judges.get(context);
    // A context that lives longer than a request (a socket's) may change its credential.
    if (known?.credential === context.credential) return known;
    const judge = new ViewerJudge(context.credential);
    judges.set(context, judge);
    return judge;
  };
}

function assertViewerContext(context: unknown): asserts context is ViewerContext {
  const credential =
    typeof context === 'object' && context !== null
      ? (context as Partial<ViewerContext>).credential
      : undefined;
  if (credential !== undefined) return;
  throw new Error(
    'A guarded field was selected, but the GraphQL context has no `credential`. Build the context with auth.context(): context: ({ req }) => auth.context(req), or spread its result into yours.',
  );
}

/** Answers what the fields of one execution ask for, for one viewer. Remembers its answers. */
export class FieldJudge {
  readonly #fields = new Map<GuardedField, AuthError | null>();
  readonly #fieldsForEveryType = new Map<GuardedField, AuthError | null>();
  readonly #inputs = new Map<GuardedField, Map<FieldNode, AuthError | null>>();

  constructor(
    readonly compiled: CompiledSchema,
    readonly viewer: ViewerJudge,
    readonly variables: Variables,
  ) {}

  /** Why this field does not run; null when it does. The error has no path yet. */
  field(field: GuardedField, node: FieldNode): AuthError | null {
    const denial = this.#remembered(this.#fields, field, field.isMutation);
    return denial ?? this.#ofInputs(field, node);
  }

  /** The same, before there is an object to look at: an abstract type is taken as all of its possible types. */
  fieldForEveryType(field: GuardedField, node: FieldNode): AuthError | null {
    const denial = this.#remembered(this.#fieldsForEveryType, field, true);
    return denial ?? this.#ofInputs(field, node);
  }

  /** Why an object of this type may not stand at this field; null when it may. */
  object(typeName: string, coordinate: string): AuthError | null {
    return this.viewer.denial(this.compiled.types.get(typeName) ?? [], coordinate);
  }

  #withoutInputs(field: GuardedField, anyTypeDenies: boolean): AuthError | null {
    const own = this.viewer.denial(field.requirements, field.coordinate);
    if (own !== null || !field.isAbstract) return own;
    const denials = field.objects.map(({ name }) => this.object(name, field.coordinate));
    const isDenied = anyTypeDenies
      ? denials.some((denial) => denial !== null)
      : denials.every((denial) => denial !== null);
    return isDenied ? (denials.find((denial) => denial !== null) ?? null) : null;
  }

  #remembered(
    known: Map<GuardedField, AuthError | null>,
    field: GuardedField,
    anyTypeDenies: boolean,
  ): AuthError | null {
    let denial = known.get(field);
    if (denial === undefined) {
      denial = this.#withoutInputs(field, anyTypeDenies);
      known.set(field, denial);
    }
    return denial;
  }

  #ofInputs(field: GuardedField, node: FieldNode): AuthError | null {
    const { inputs } = field;
    if (inputs === null) return null;
    let byNode = this.#inputs.get(field);
    if (byNode === undefined) {
      byNode = new Map<FieldNode, AuthError | null>();
      this.#inputs.set(field, byNode);
    }
    let denial = byNode.get(node);
    if (denial === undefined) {
      denial = askOfInputs(inputs, node, this.variables, (requirements, coordinate) =>
        this.viewer.denial(requirements, coordinate),
      );
      byNode.set(node, denial);
    }
    return denial;
  }
}
