import { isInputObjectType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { isRootType, type CompiledSchema, type CompileOptions } from './compile.js';
import { readGuards, type SchemaElement } from './elements.js';
import { guardNames } from './federationNames.js';
import { insteadOf, type ObjectPolicy, type RequestPolicy } from './policies.js';
import { isPolicyRequirement, type Requirement } from './requirement.js';

/** Throws a `TypeError` for a policy that nobody has given to `createGuards`. */
export function assertPoliciesAreKnown(
  schema: GraphQLSchema,
  known: ReadonlyMap<string, RequestPolicy | ObjectPolicy>,
): void {
  const names = guardNames(schema);
  for (const [coordinate, element] of elementsOf(schema)) {
    for (const name of policiesIn(readGuards(element, coordinate, names).requirements)) {
      if (known.has(name)) continue;
      throw new TypeError(
        `${coordinate}: there is no policy "${name}".${insteadOf(name, [...known.keys()])}`,
      );
    }
  }
}

/** Throws a `TypeError` where a policy over objects would come too late, or has no object to be asked about. */
export function assertObjectsArePoliced(
  { schema, types, fields }: CompiledSchema,
  { isPerObject }: Pick<CompileOptions, 'isPerObject'>,
): void {
  const objectPolicyOf = (name: string): string | undefined =>
    policiesIn(types.get(name) ?? []).find(isPerObject);

  for (const type of Object.values(schema.getTypeMap())) {
    const policy = objectPolicyOf(type.name);
    if (policy === undefined || !isRootType(schema, type)) continue;
    throw new TypeError(
      `${type.name}: the policy "${policy}" is asked about objects, and a root type has none. Put it on its fields, or make it a policy of the request.`,
    );
  }
  for (const field of fields.values()) {
    if (!field.isMutation || field.isGuardedItself) continue;
    for (const name of [field.returned, ...field.objects.map((object) => object.name)]) {
      const policy = objectPolicyOf(name);
      if (policy === undefined) continue;
      throw new TypeError(
        `${field.coordinate}: it may return ${name}, and the policy "${policy}" can be asked about that object only when the mutation has been done. Give the field a guard of its own, such as @authenticated.`,
      );
    }
  }
}

const policiesIn = (requirements: readonly Requirement[]): string[] =>
  requirements.filter(isPolicyRequirement).flatMap(({ policies }) => policies.flat());

function* elementsOf(schema: GraphQLSchema): Generator<[string, SchemaElement], undefined> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    yield [type.name, type];
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        yield [`${type.name}.${field.name}`, field];
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, field];
      for (const argument of field.args) {
        yield [`${type.name}.${field.name}(${argument.name}:)`, argument];
      }
    }
  }
}
