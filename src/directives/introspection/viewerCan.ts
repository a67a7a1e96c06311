import {
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLNamedType,
} from 'graphql';
import { andThen, type MaybePromise } from '../../outcome.js';
import type { CompiledSchema } from '../compile.js';
import type { Requirement } from '../requirement.js';
import type { ViewerJudge } from '../viewerJudge.js';
import { allAnswers, askAll, type Answer, type Answers } from './answers.js';

type Composite = GraphQLObjectType | GraphQLInterfaceType;

/**
 * Whether the viewer may use each `Type`, `Type.field`, `Type.field(arg:)` or `Input.field`. Null where that depends
 * on the object, or on what the operation supplies to optional arguments and input fields. False where there is no
 * such coordinate. An abstract type is taken as all of its possible types.
 */
export function viewerCan(
  compiled: CompiledSchema,
  judge: ViewerJudge,
  coordinates: readonly string[],
): MaybePromise<Answer[]> {
  const asked = new Map<string, Requirement>();
  const collect = new Coordinates(compiled, (requirement) => {
    asked.set(requirement.key, requirement);
    return true;
  });
  for (const coordinate of coordinates) collect.answer(coordinate);
  return andThen(askAll(judge, [...asked.values()]), (answers) => {
    const told = new Coordinates(compiled, answers);
    return coordinates.map((coordinate) => told.answer(coordinate));
  });
}

/** Answers coordinates out of the answers of their requirements. Looks at all of these, whatever the first say. */
class Coordinates {
  readonly #inputs = new Map<string, Answer>();

  constructor(
    readonly compiled: CompiledSchema,
    readonly answers: Answers,
  ) {}

  answer(coordinate: string): Answer {
    const [, typeName, memberName, argumentName] =
      /^(\w+)(?:\.(\w+)(?:\((\w+):\))?)?$/.exec(coordinate) ?? [];
    const type = this.#typeOf(typeName);
    if (type === undefined) return false;
    if (memberName === undefined) return this.#type(type);
    if (isInputObjectType(type)) return this.#inputField(type, memberName, argumentName);
    if (!isObjectType(type) && !isInterfaceType(type)) return false;
    const field = ownOf(type.getFields(), memberName);
    if (field === undefined) return false;
    const argument = field.args.find(({ name }) => name === argumentName);
    if (argumentName !== undefined && argument === undefined) return false;
    const implementors = isInterfaceType(type) ? this.compiled.schema.getPossibleTypes(type) : [];
    return allAnswers(
      [type, ...implementors].map((each) => this.#field(each, memberName, argument?.name)),
    );
  }

  #typeOf(name: string | undefined): GraphQLNamedType | undefined {
    const { types, schema } = this.compiled;
    return name !== undefined && types.has(name) ? schema.getType(name) : undefined;
  }

  #asked(requirements: readonly Requirement[] | undefined): Answer {
    return requirements === undefined ? false : allAnswers(requirements.map(this.answers));
  }

  #type(type: GraphQLNamedType): Answer {
    if (isInputObjectType(type)) return this.#supplying(type);
    const objects = isAbstractType(type) ? this.compiled.schema.getPossibleTypes(type) : [];
    const { types } = this.compiled;
    return allAnswers([type, ...objects].map(({ name }) => this.#asked(types.get(name))));
  }

  #field(type: Composite, name: string, argumentName: string | undefined): Answer {
    const coordinate = `${type.name}.${name}`;
    const guarded = this.compiled.fields.get(coordinate);
    const field = ownOf(type.getFields(), name);
    if (guarded === undefined || field === undefined) return false;
    const objects = guarded.isAbstract ? guarded.objects : [];
    return allAnswers([
      this.#asked(guarded.requirements),
      ...objects.map((object) => this.#asked(this.compiled.types.get(object.name))),
      ...this.#arguments(coordinate, field, argumentName),
    ]);
  }

  /** What may be left out leaves the answer open, unless it is what was asked about. */
  #arguments(
    coordinate: string,
    field: GraphQLField<unknown, unknown>,
    wanted: string | undefined,
  ): Answer[] {
    const isFixed = (each: GraphQLArgument) => isRequiredArgument(each) || each.name === wanted;
    const fixed = field.args.filter(isFixed).map((each) => this.#argument(coordinate, each));
    if (wanted !== undefined) return fixed;
    const optional = field.args
      .filter((each) => !isFixed(each))
      .map((each) => this.#argument(coordinate, each) || null);
    return [...fixed, ...optional];
  }

  #argument(coordinate: string, { name, type }: GraphQLArgument): Answer {
    const own = this.#asked(this.compiled.inputs.get(`${coordinate}(${name}:)`));
    return allAnswers([own, this.#supplying(getNamedType(type))]);
  }

  #inputField(type: GraphQLInputObjectType, name: string, argumentName?: string): Answer {
    const field = ownOf(type.getFields(), name);
    if (field === undefined || argumentName !== undefined) return false;
    const own = this.#asked(this.compiled.inputs.get(`${type.name}.${name}`));
    return allAnswers([own, this.#supplying(getNamedType(field.type))]);
  }

  /** A value of this type: false where its required fields are denied, null where others are. */
  #supplying(type: GraphQLNamedType): Answer {
    if (!isInputObjectType(type)) return true;
    let answer = this.#inputs.get(type.name);
    if (answer === undefined) {
      const required = this.#fieldsBelow(type, true);
      const optional = this.#fieldsBelow(type, false).map((each) => each || null);
      answer = allAnswers([...required, ...optional]);
      this.#inputs.set(type.name, answer);
    }
    return answer;
  }

  /** The answers of all fields in a value of this type, at any depth; or of those alone that it must have. */
  #fieldsBelow(root: GraphQLInputObjectType, onlyRequired: boolean): Answer[] {
    const seen = new Set([root]);
    const answers: Answer[] = [];
    for (const type of seen) {
      for (const field of Object.values(type.getFields())) {
        if (onlyRequired && !isRequiredInputField(field)) continue;
        answers.push(this.#asked(this.compiled.inputs.get(`${type.name}.${field.name}`)));
        const inner = getNamedType(field.type);
        if (isInputObjectType(inner)) seen.add(inner);
      }
    }
    return answers;
  }
}

const ownOf = <T>(members: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(members, name) ? members[name] : undefined;
