import {
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { loginRequirement } from './authenticated.js';
import { isRootType, type GuardMode } from './compile.js';
import type { GuardNames } from './directive.js';
import { readGuards, type SchemaElement } from './elements.js';
import { guardNames } from './federationNames.js';
import { assertPublicMakesSense } from './public.js';
import type { Requirement } from './requirement.js';

/** One requirement, and where in the schema it is written. */
export interface ReportedRequirement {
  /** With its at sign. */
  readonly directive: string;
  /** The directive's own argument, as `Requirement` has it. */
  readonly required: Requirement['required'];
  /** The coordinate that the directive stands on; `protect-all` for the login which that mode adds. */
  readonly from: string;
  /** The object type that must come to stand here for this to be asked; null where it always is. */
  readonly object: string | null;
}

/** What one coordinate asks for. */
export interface ReportEntry {
  readonly coordinate: string;
  readonly kind: 'type' | 'field' | 'argument' | 'inputField';
  readonly isPublic: boolean;
  readonly own: readonly ReportedRequirement[];
  readonly inherited: readonly ReportedRequirement[];
}

type Composite = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;

interface Found {
  readonly requirement: Requirement;
  readonly from: string;
  readonly object: string | null;
}

/** Reads what elements of one schema ask for, and where it is written. */
export class ReportReader {
  readonly #names: GuardNames;

  constructor(
    readonly schema: GraphQLSchema,
    readonly mode: GuardMode,
  ) {
    this.#names = guardNames(schema);
  }

  type(type: GraphQLNamedType): ReportEntry {
    const inherited = interfacesOf(type).flatMap((each) => this.#on(each, each.name));
    return this.#entry('type', type.name, type, inherited);
  }

  field(type: Composite, field: Field): ReportEntry {
    const coordinate = `${type.name}.${field.name}`;
    const { isPublic } = readGuards(field, coordinate, this.#names);
    const ofInterfaces = type.getInterfaces().flatMap((each) => {
      const same = each.getFields()[field.name];
      return same === undefined ? [] : this.#on(same, `${each.name}.${field.name}`);
    });
    const ofParent = this.#ofType(type);
    const isRoot = isRootType(this.schema, type);
    if (isPublic) {
      assertPublicMakesSense(coordinate, {
        isRoot,
        ownRequirements: requirementsOf([...this.#on(field, coordinate), ...ofInterfaces]),
        typeRequirements: requirementsOf(ofParent),
      });
    }
    return this.#entry('field', coordinate, field, [
      ...ofInterfaces,
      ...ofParent,
      ...(this.mode === 'protect-all' && isRoot && !isPublic ? [loginOfMode] : []),
      ...this.#ofReturned(type, getNamedType(field.type)),
    ]);
  }

  argument(type: Composite, field: Field, argument: GraphQLArgument): ReportEntry {
    const inherited = type.getInterfaces().flatMap((each) => {
      const same = each.getFields()[field.name]?.args.find(({ name }) => name === argument.name);
      if (same === undefined) return [];
      return this.#on(same, `${each.name}.${field.name}(${argument.name}:)`);
    });
    const coordinate = `${type.name}.${field.name}(${argument.name}:)`;
    return this.#entry('argument', coordinate, argument, inherited);
  }

  inputField(type: GraphQLInputObjectType, field: GraphQLInputField): ReportEntry {
    return this.#entry('inputField', `${type.name}.${field.name}`, field, []);
  }

  /** A mutation field answers for all types that may come, a query for the one that comes. */
  #ofReturned(parent: Composite, type: GraphQLNamedType): Found[] {
    const possible = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [];
    const isMutation = parent === this.schema.getMutationType();
    return [
      ...this.#ofType(type),
      ...possible.flatMap((each) => this.#ofType(each, isMutation ? null : each.name)),
    ];
  }

  #ofType(type: GraphQLNamedType, object: string | null = null): Found[] {
    return [type, ...interfacesOf(type)].flatMap((each) => this.#on(each, each.name, object));
  }

  #on(element: SchemaElement, from: string, object: string | null = null): Found[] {
    const { requirements } = readGuards(element, from, this.#names);
    return requirements.map((requirement) => ({ requirement, from, object }));
  }

  #entry(
    kind: ReportEntry['kind'],
    coordinate: string,
    element: SchemaElement,
    inherited: readonly Found[],
  ): ReportEntry {
    const own = this.#on(element, coordinate);
    const { isPublic } = readGuards(element, coordinate, this.#names);
    const all = withoutRepetition([...own, ...inherited]);
    return {
      coordinate,
      kind,
      isPublic,
      own: all.slice(0, own.length).map(reported),
      inherited: all.slice(own.length).map(reported),
    };
  }
}

const loginOfMode: Found = { requirement: loginRequirement, from: 'protect-all', object: null };

const interfacesOf = (type: GraphQLNamedType): readonly GraphQLInterfaceType[] =>
  isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];

const requirementsOf = (found: readonly Found[]): Requirement[] =>
  found.map(({ requirement }) => requirement);

/** Each requirement once, from where it is met first; what is asked of every object is not repeated for one. */
function withoutRepetition(found: readonly Found[]): Found[] {
  const seen = new Set<string>();
  return found.filter(({ requirement: { key }, object }) => {
    if (seen.has(key) || seen.has(`${object} ${key}`)) return false;
    seen.add(object === null ? key : `${object} ${key}`);
    return true;
  });
}

const reported = ({ requirement, from, object }: Found): ReportedRequirement => ({
  directive: requirement.directive,
  required: requirement.required,
  from,
  object,
});
