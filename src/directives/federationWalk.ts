import {
  Kind,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
} from 'graphql';

/** What a directive stands on, as far as guards may stand on it. */
export type Place =
  | 'object'
  | 'interfaceObject'
  | 'interface'
  | 'leaf'
  | 'field'
  | 'interfaceField'
  | 'argument'
  | 'inputField';

export interface Position {
  readonly place: Place;
  readonly coordinate: string;
}

export interface DirectiveFilter {
  /** The use itself, another in its place, or null to leave it out. */
  readonly keep: (use: ConstDirectiveNode, position: Position) => ConstDirectiveNode | null;
  /** Whether these directives on an object type make it stand for an interface. */
  readonly isInterfaceObject: (uses: readonly ConstDirectiveNode[]) => boolean;
}

/** A copy of type definitions with every directive put to the filter that stands where a guard may. */
export function filterDirectives(document: DocumentNode, filter: DirectiveFilter): DocumentNode {
  return { ...document, definitions: document.definitions.map((node) => definition(node, filter)) };
}

function definition(node: DefinitionNode, filter: DirectiveFilter): DefinitionNode {
  switch (node.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION: {
      const place = filter.isInterfaceObject(node.directives ?? []) ? 'interfaceObject' : 'object';
      const filtered = withDirectives(node, { place, coordinate: node.name.value }, filter);
      return { ...filtered, fields: fieldsOf(node, 'field', filter) };
    }
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION: {
      const position = { place: 'interface', coordinate: node.name.value } as const;
      const filtered = withDirectives(node, position, filter);
      return { ...filtered, fields: fieldsOf(node, 'interfaceField', filter) };
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION: {
      const fields = (node.fields ?? []).map((field) => {
        const coordinate = `${node.name.value}.${field.name.value}`;
        return withDirectives(field, { place: 'inputField', coordinate }, filter);
      });
      return { ...node, fields };
    }
    case Kind.SCALAR_TYPE_DEFINITION:
    case Kind.SCALAR_TYPE_EXTENSION:
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_EXTENSION:
      return withDirectives(node, { place: 'leaf', coordinate: node.name.value }, filter);
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.UNION_TYPE_EXTENSION:
    case Kind.SCHEMA_DEFINITION:
    case Kind.SCHEMA_EXTENSION:
    case Kind.DIRECTIVE_DEFINITION:
    case Kind.DIRECTIVE_EXTENSION:
    case Kind.OPERATION_DEFINITION:
    case Kind.FRAGMENT_DEFINITION:
      return node;
  }
}

interface WithFields {
  readonly name: { readonly value: string };
  readonly fields?: readonly FieldDefinitionNode[];
}

function fieldsOf(
  { name: type, fields = [] }: WithFields,
  place: Place,
  filter: DirectiveFilter,
): FieldDefinitionNode[] {
  return fields.map((field) => {
    const coordinate = `${type.value}.${field.name.value}`;
    const argument = (node: InputValueDefinitionNode): InputValueDefinitionNode =>
      withDirectives(
        node,
        { place: 'argument', coordinate: `${coordinate}(${node.name.value}:)` },
        filter,
      );
    const filtered = withDirectives(field, { place, coordinate }, filter);
    return { ...filtered, arguments: (field.arguments ?? []).map(argument) };
  });
}

function withDirectives<T extends { readonly directives?: readonly ConstDirectiveNode[] }>(
  node: T,
  position: Position,
  { keep }: DirectiveFilter,
): T {
  return {
    ...node,
    directives: (node.directives ?? []).flatMap((use) => keep(use, position) ?? []),
  };
}
