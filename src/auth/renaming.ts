import {
  GraphQLScalarType,
  Kind,
  parse,
  print,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLFieldResolver,
} from 'graphql';
import type { Resolvers } from '../generated/resolvers.js';
import { typeDefs } from '../generated/typeDefs.js';
import { credentialFields } from '../resolvers/credentialFields.js';
import { resolvers } from '../resolvers/resolvers.js';
import { apiProblems, type ApiChanges } from './apiProblems.js';
import { withoutUnreachable } from './reachable.js';

export interface Api {
  readonly typeDefs: string;
  readonly resolvers: Resolvers;
  /** The names that the credential fields have now. */
  readonly credentialFields: readonly string[];
  /** The names that the types have now where operations start. */
  readonly roots: Readonly<Record<'Query' | 'Mutation', string>>;
}

/** The API under other names. Throws a TypeError that lists every name which it does not have. */
export function renameApi({ names = {}, omit = [] }: ApiChanges): Api {
  if (Object.keys(names).length === 0 && omit.length === 0) {
    const roots = { Query: 'Query', Mutation: 'Mutation' };
    return { typeDefs, resolvers, credentialFields, roots };
  }
  const problems = apiProblems(parse(typeDefs), { names, omit });
  if (problems.length > 0) throw new TypeError(problems.join('\n'));
  const omitted = new Set(omit);
  const renamed = (name: string, otherwise = name): string => names[name] ?? otherwise;
  const document = withoutUnreachable(without(parse(typeDefs), omitted));
  return {
    typeDefs: print(renamedDocument(document, renamed)),
    resolvers: renamedResolvers(document, renamed),
    credentialFields: credentialFields
      .filter((field) => !omitted.has(`Mutation.${field}`))
      .map((field) => renamed(`Mutation.${field}`, field)),
    roots: { Query: renamed('Query'), Mutation: renamed('Mutation') },
  };
}

type Renamed = (coordinate: string, otherwise?: string) => string;

function without(document: DocumentNode, omitted: ReadonlySet<string>): DocumentNode {
  const definitions = document.definitions.flatMap((node): DefinitionNode[] => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return [node];
    const type = node.name.value;
    const fields = (node.fields ?? []).filter(
      (field) => !omitted.has(`${type}.${field.name.value}`),
    );
    return fields.length === 0 ? [] : [{ ...node, fields }];
  });
  return { ...document, definitions };
}

function renamedDocument(document: DocumentNode, renamed: Renamed): DocumentNode {
  const definitions = document.definitions.map((node): DefinitionNode => {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) {
      const type = node.name.value;
      const fields = (node.fields ?? []).map((field) => {
        const value = renamed(`${type}.${field.name.value}`, field.name.value);
        return { ...field, name: { ...field.name, value } };
      });
      return { ...node, name: { ...node.name, value: renamed(type) }, fields };
    }
    if (!('name' in node) || node.name === undefined || node.kind === Kind.DIRECTIVE_DEFINITION) {
      return node;
    }
    return { ...node, name: { ...node.name, value: renamed(node.name.value) } };
  });
  return visit(
    { ...document, definitions },
    {
      NamedType: (node) => ({ ...node, name: { ...node.name, value: renamed(node.name.value) } }),
    },
  );
}

type FieldResolvers = Record<string, GraphQLFieldResolver<unknown, unknown>>;
type Entry = [name: string, value: unknown];

/** `document` has the fields that stay, under their first names. */
function renamedResolvers(document: DocumentNode, renamed: Renamed): Resolvers {
  const own = resolvers as Record<string, GraphQLScalarType | FieldResolvers | undefined>;
  const entries = document.definitions.flatMap((node): Entry[] => {
    if (node.kind === Kind.SCALAR_TYPE_DEFINITION) {
      const scalar = own[node.name.value];
      const name = renamed(node.name.value);
      if (!(scalar instanceof GraphQLScalarType)) return [];
      return [[name, new GraphQLScalarType({ ...scalar.toConfig(), name })]];
    }
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const type = node.name.value;
    const ownFields = (own[type] ?? {}) as FieldResolvers;
    const fields = (node.fields ?? []).flatMap(({ name: { value: field } }): Entry[] => {
      const name = renamed(`${type}.${field}`, field);
      // The default resolver reads the property of the new name, and there is none.
      const resolve = ownFields[field] ?? (name === field ? undefined : propertyOf(field));
      return resolve === undefined ? [] : [[name, resolve]];
    });
    return [[renamed(type), Object.fromEntries(fields)]];
  });
  return Object.fromEntries(entries);
}

const propertyOf =
  (name: string): GraphQLFieldResolver<unknown, unknown> =>
  (source) =>
    (source as Record<string, unknown>)[name];
