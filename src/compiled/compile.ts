import {
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from '../directives/fragments.js';
import type { Fragments } from '../directives/plan.js';
import {
  fieldExclusion,
  hasDirective,
  MAX_FIELDS,
  MAX_SELECTIONS,
  operationExclusion,
  type Exclusion,
} from './documentClass.js';
import type { FieldPlan, OperationPlan, ResolvedField, SelectionPlan, Shape } from './plan.js';
import { newTwin } from './twin.js';

/**
 * Compiles an operation of the class; for any other, what keeps it out. Looks at no more than 1000 selections, so that
 * nothing that a client sends takes long. No text of a document becomes code.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationPlan | Exclusion {
  const exclusion = operationExclusion(schema, operation);
  if (exclusion !== null) return exclusion;
  const root = schema.getQueryType();
  if (!root) return 'it does not fit the schema';
  const fragments = fragmentsOf(document);
  const compiler = new Compiler(fragments);
  try {
    const selection = compiler.select([operation.selectionSet], root);
    const rest = { failures: 0, requests: 0 };
    return {
      schema,
      document,
      operation,
      fragments,
      root: selection,
      size: compiler.fields,
      rest,
    };
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

  constructor(readonly fragments: Fragments) {}

  select(sets: readonly SelectionSetNode[], type: GraphQLObjectType): SelectionPlan {
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
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const nodes = byKey.get(key);
        if (nodes === undefined) byKey.set(key, [selection]);
        else nodes.push(selection);
        continue;
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        assertStandsOn(selection.typeCondition?.name.value, type);
        this.#collect(selection.selectionSet, type, byKey, visited);
        continue;
      }
      const name = selection.name.value;
      if (visited.has(name)) continue;
      visited.add(name);
      const fragment = this.fragments[name];
      if (fragment === undefined) throw new Excluded('it does not fit the schema');
      if (hasDirective(fragment.directives)) throw new Excluded('it has a directive');
      assertStandsOn(fragment.typeCondition.name.value, type);
      this.#collect(fragment.selectionSet, type, byKey, visited);
    }
  }

  #count({ kind, directives }: SelectionNode): void {
    this.#selections += 1;
    if (kind === Kind.FIELD) this.fields += 1;
    if (this.fields > MAX_FIELDS || this.#selections > MAX_SELECTIONS) {
      throw new Excluded('it has too many fields');
    }
    if (hasDirective(directives)) throw new Excluded('it has a directive');
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
      isLeaf: isLeafShape(shape),
      twin: newTwin(),
    };
  }

  #shape(type: GraphQLOutputType, nodes: ResolvedField['nodes']): Shape {
    const isNonNull = isNonNullType(type);
    const inner = isNonNull ? type.ofType : type;
    const shape: Shape = { isNonNull, leaf: null, item: null, selection: null };
    if (isListType(inner)) return { ...shape, item: this.#shape(inner.ofType, nodes) };
    if (isLeafType(inner)) return { ...shape, leaf: inner };
    const sets = nodes.map(({ selectionSet }) => selectionSet as SelectionSetNode);
    // Interfaces and unions are excluded by now.
    return { ...shape, selection: this.select(sets, inner as GraphQLObjectType) };
  }
}

/** A condition on anything but the type itself is on an interface or union, or can never hold. */
function assertStandsOn(condition: string | undefined, type: GraphQLObjectType): void {
  if (condition === undefined || condition === type.name) return;
  throw new Excluded('an interface or union is in it');
}

const isLeafShape = ({ leaf, item }: Shape): boolean =>
  item === null ? leaf !== null : isLeafShape(item);
