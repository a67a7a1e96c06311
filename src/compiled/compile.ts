import {
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf, type Fragments } from '../fragments.js';
import { isIncluded, type Truths } from './conditions.js';
import { fieldExclusion, MAX_FIELDS, MAX_SELECTIONS, type Exclusion } from './documentClass.js';
import type {
  FieldPlan,
  ObjectPlan,
  OperationPlan,
  ResolvedField,
  SelectionPlan,
  Shape,
} from './plan.js';
import { newTwin } from './twin.js';

/**
 * Compiles an operation that shows nothing which keeps it out of the class, as it is where its conditions say this; for
 * one that is not in the class, what keeps it out. Looks at no more than 1000 selections, so that nothing that a client
 * sends takes long. No text of a document becomes code.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  truths: Truths,
): OperationPlan | Exclusion {
  const query = schema.getQueryType();
  if (!query) return 'it does not fit the schema';
  const fragments = fragmentsOf(document);
  const compiler = new Compiler(schema, fragments, truths);
  try {
    const root = compiler.select([operation.selectionSet], query);
    const rest = { failures: 0, requests: 0 };
    return { schema, document, operation, fragments, root, size: compiler.fields, rest };
  } catch (error) {
    if (error instanceof Excluded) return error.exclusion;
    throw error;
  }
}

/** Leaves the recursion at once, whatever its depth. */
class Excluded extends Error {
  constructor(readonly exclusion: Exclusion) {
    super(exclusion);
  }
}

class Compiler {
  fields = 0;
  #selections = 0;

  constructor(
    readonly schema: GraphQLSchema,
    readonly fragments: Fragments,
    readonly truths: Truths,
  ) {}

  select(sets: readonly SelectionSetNode[], type: GraphQLObjectType): SelectionPlan {
    // An embedder's field may lead to it. A run that is thrown away would do all twice.
    if (type === this.schema.getMutationType()) throw new Excluded('it is no query');
    const byKey = new Map<string, [FieldNode, ...FieldNode[]]>();
    const visited = new Set<string>();
    for (const set of sets) this.#collect(set, type, byKey, visited);
    return Array.from(byKey, ([key, nodes]) => this.#field(key, nodes, type));
  }

  #collect(
    { selections }: SelectionSetNode,
    type: GraphQLObjectType,
    byKey: Map<string, [FieldNode, ...FieldNode[]]>,
    visited: Set<string>,
  ): void {
    for (const selection of selections) {
      this.#count(selection);
      if (selection.kind === Kind.FRAGMENT_SPREAD && visited.has(selection.name.value)) continue;
      if (!isIncluded(selection, this.truths)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const nodes = byKey.get(key);
        if (nodes === undefined) byKey.set(key, [selection]);
        else nodes.push(selection);
        continue;
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (!this.#applies(selection.typeCondition, type)) continue;
        this.#collect(selection.selectionSet, type, byKey, visited);
        continue;
      }
      const name = selection.name.value;
      visited.add(name);
      const fragment = this.fragments[name];
      if (fragment === undefined) throw new Excluded('it does not fit the schema');
      if (!this.#applies(fragment.typeCondition, type)) continue;
      this.#collect(fragment.selectionSet, type, byKey, visited);
    }
  }

  #count({ kind }: SelectionNode): void {
    this.#selections += 1;
    if (kind === Kind.FIELD) this.fields += 1;
    if (this.fields > MAX_FIELDS || this.#selections > MAX_SELECTIONS) {
      throw new Excluded('it has too many fields');
    }
  }

  #applies(condition: NamedTypeNode | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition.name.value === type.name) return true;
    const asked = this.schema.getType(condition.name.value);
    if (asked === undefined) throw new Excluded('it does not fit the schema');
    return isAbstractType(asked) && this.schema.isSubType(asked, type);
  }

  #field(key: string, nodes: ResolvedField['nodes'], parentType: GraphQLObjectType): FieldPlan {
    const name = nodes[0].name.value;
    if (name === '__typename') {
      if (key.startsWith('__') && key !== name) {
        throw new Excluded('a name begins with two underscores');
      }
      return { key, typename: parentType.name };
    }
    const definition = parentType.getFields()[name];
    if (definition === undefined) {
      throw new Excluded(
        name.startsWith('__') ? 'a name begins with two underscores' : 'it does not fit the schema',
      );
    }
    for (const node of nodes) {
      const exclusion = fieldExclusion(node, definition.type);
      if (exclusion !== null) throw new Excluded(exclusion);
    }
    const shape = this.#shape(definition.type, nodes);
    return {
      key,
      typename: null,
      nodes,
      parentType,
      definition,
      hasArguments: definition.args.length > 0,
      shape,
      isLeaf: isLeafType(getNamedType(definition.type)),
      asksTypes: asksTypes(definition.type),
      twin: newTwin(),
    };
  }

  #shape(type: GraphQLOutputType, nodes: ResolvedField['nodes']): Shape {
    const isNonNull = isNonNullType(type);
    const inner = isNonNull ? type.ofType : type;
    const shape: Shape = { isNonNull, leaf: null, item: null, object: null, abstract: null };
    if (isListType(inner)) return { ...shape, item: this.#shape(inner.ofType, nodes) };
    if (isLeafType(inner)) return { ...shape, leaf: inner };
    const sets = nodes.map(({ selectionSet }) => selectionSet as SelectionSetNode);
    if (!isAbstractType(inner)) return { ...shape, object: this.#object(sets, inner) };
    const objects = this.schema.getPossibleTypes(inner).map((each) => this.#object(sets, each));
    const byName = new Map(objects.map((object) => [object.type.name, object]));
    return { ...shape, abstract: { type: inner, objects: byName } };
  }

  #object(sets: readonly SelectionSetNode[], type: GraphQLObjectType): ObjectPlan {
    return { type, selection: this.select(sets, type) };
  }
}

/** An interface or union tells which object it has, and so does an object that is asked whether it is one. */
function asksTypes(type: GraphQLOutputType): boolean {
  const named = getNamedType(type);
  return isAbstractType(named) || (isObjectType(named) && Boolean(named.isTypeOf));
}
