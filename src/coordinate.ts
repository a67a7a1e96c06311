import type { GraphQLResolveInfo } from 'graphql';

/** Where a field stands in its schema, as denials name it: `Type.field`. */
export const coordinateOf = ({
  parentType,
  fieldName,
}: Pick<GraphQLResolveInfo, 'parentType' | 'fieldName'>): string =>
  `${parentType.name}.${fieldName}`;
