import {
  buildClientSchema,
  executeSync,
  getIntrospectionQuery,
  parse,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import { plain } from '../support.js';

export const fullQuery = getIntrospectionQuery({
  inputValueDeprecation: true,
  schemaDescription: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  oneOf: true,
});

/** What an operation answers; an error is thrown. */
export function ask(
  schema: GraphQLSchema,
  source: string,
  contextValue: unknown,
  variableValues: Record<string, unknown> = {},
): any {
  const result = executeSync({ schema, document: parse(source), contextValue, variableValues });
  if (result.errors) throw result.errors[0] as Error;
  return plain(result.data);
}

/** The schema as a tool such as GraphiQL builds it from what introspection answers. */
export const seenBy = (schema: GraphQLSchema, context: unknown): GraphQLSchema =>
  buildClientSchema(ask(schema, fullQuery, context) as IntrospectionQuery);

/** Every coordinate of a schema but its introspection types: types, fields, arguments, input fields. */
export function coordinatesOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => {
      const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
      return [
        type.name,
        ...fields.flatMap((field) => [
          `${type.name}.${field.name}`,
          ...argumentsOf(field).map(({ name }) => `${type.name}.${field.name}(${name}:)`),
        ]),
      ];
    });
}

const argumentsOf = (field: object): readonly { name: string }[] =>
  'args' in field ? (field.args as readonly { name: string }[]) : [];
