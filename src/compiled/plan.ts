import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLAbstractType,
  GraphQLField,
  GraphQLFieldResolver,
  GraphQLLeafType,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import type { AboutParent } from '../directives/standing.js';

export type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** One operation of the class, with all that its document, the schema and the truth of its conditions decide. */
export interface OperationPlan {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly root: SelectionPlan;
  /** What it costs to keep: fields after fragments are spread. */
  readonly size: number;
  /** How many runs were thrown away, one after the other, and how many requests it is left alone for. */
  readonly rest: { failures: number; requests: number };
}

/** The fields selected on an object, fragments spread and equal response keys merged, in the order of the answer. */
export type SelectionPlan = readonly FieldPlan[];

export type FieldPlan = ResolvedField | TypenameField;

export interface TypenameField {
  readonly key: string;
  readonly typename: string;
}

export interface ResolvedField {
  /** In the answer. */
  readonly key: string;
  readonly typename: null;
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly hasArguments: boolean;
  readonly shape: Shape;
  /** Whether its type is a leaf: then nothing below it can ask where it stands. */
  readonly isLeaf: boolean;
  /** Whether types are asked which object they have: then they see the `info` of the field. */
  readonly asksTypes: boolean;
  readonly twin: Twin;
}

/** What runs in the place of a field's resolver. Looked up again when another one is attached. */
export interface Twin {
  /** The field's own, for which `resolver` was looked up. */
  of: Resolver | null | undefined;
  /** Null reads the property of the field's name, as graphql-js does without a resolver. */
  resolver: Resolver | null;
  /** What is to be asked where objects decide; null where the guard itself must run. */
  aboutParent: AboutParent | null;
  /** The resolver again, where it needs neither `args` nor `info`. */
  brief: Resolver | null;
  /** The run that has last looked whether it is still of its field. */
  run: number;
}

/** How a value becomes part of an answer: one of `leaf`, `item`, `object` and `abstract` is not null. */
export interface Shape {
  readonly isNonNull: boolean;
  readonly leaf: GraphQLLeafType | null;
  readonly item: Shape | null;
  readonly object: ObjectPlan | null;
  readonly abstract: AbstractPlan | null;
}

export interface ObjectPlan {
  readonly type: GraphQLObjectType;
  readonly selection: SelectionPlan;
}

/** An interface or union, with what is selected on each type that may stand there. */
export interface AbstractPlan {
  readonly type: GraphQLAbstractType;
  readonly objects: ReadonlyMap<string, ObjectPlan>;
}
