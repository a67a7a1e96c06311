import {
  coerceInputValue,
  GraphQLError,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  typeFromAST,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

export interface AskedVariables {
  readonly schema: GraphQLSchema;
  /** Valid. */
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly hideSuggestions: boolean;
}

/** Errors that a refused operation is told of: the notice that there are more is the fifth. */
export const MAX_ERRORS = 4;
const THERE_ARE_MORE =
  'Too many errors processing variables, error limit reached. Execution aborted.';

/**
 * What is wrong with the variables of an operation, in the words of graphql-js, as errors of code `BAD_USER_INPUT`; null
 * where nothing is. Unlike there no message quotes a value: that of an object is quoted in each message about its
 * fields, and thousands of unknown ones would take half a minute.
 */
export function wrongVariables(asked: AskedVariables): readonly GraphQLError[] | null {
  const errors: GraphQLError[] = [];
  const add = (error: GraphQLError): void => {
    const told = errors.length < MAX_ERRORS ? error : refusal(THERE_ARE_MORE);
    errors.push(told);
    if (errors.length > MAX_ERRORS) throw told;
  };
  try {
    for (const definition of asked.operation.variableDefinitions ?? []) {
      findMistakes(definition, asked, add);
    }
  } catch (error) {
    if (error !== errors[MAX_ERRORS]) throw error;
  }
  return errors.length === 0 ? null : errors;
}

function findMistakes(
  definition: VariableDefinitionNode,
  { schema, variables, hideSuggestions }: AskedVariables,
  add: (error: GraphQLError) => void,
): void {
  const name = definition.variable.name.value;
  const type = typeFromAST(schema, definition.type);
  if (!isInputType(type)) return;
  const value = variables[name];
  const say = (what: string): void => add(refusal(`Variable "$${name}" ${what}`, definition));
  if (!Object.hasOwn(variables, name)) {
    const isRequired = isNonNullType(type) && definition.defaultValue === undefined;
    if (isRequired) say(`of required type "${String(type)}" was not provided.`);
  } else if (value === null && isNonNullType(type)) {
    say(`of non-null type "${String(type)}" must not be null.`);
  } else {
    const mistake = (path: readonly (string | number)[], _: unknown, why: GraphQLError): void => {
      const place = path.length === 0 ? '' : ` at "${name}${path.map(step).join('')}"`;
      const message = `Variable "$${name}" got invalid value${place}; ${why.message}`;
      add(refusal(message, definition, why.extensions));
    };
    coerceInputValue(shortened(value, type), type, mistake, hideSuggestions);
  }
}

/** Members of an object that graphql-js may write out in a message; of a list it writes ten anyway. */
const MOST_MEMBERS = 100;

/**
 * The value, but with no large object in place of a text, a number or an enum: scalars of graphql-js write out whatever
 * they refuse, and 90,000 members of an object take a second. They refuse it without its members too.
 */
function shortened(value: unknown, type: GraphQLInputType): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const bare = getNullableType(type);
  if (isListType(bare)) {
    if (!Array.isArray(value)) return shortened(value, bare.ofType);
    const isDeep = value.some((item) => typeof item === 'object' && item !== null);
    return isDeep ? value.map((item) => shortened(item, bare.ofType)) : value;
  }
  if (isInputObjectType(bare)) {
    if (Array.isArray(value)) return value;
    const fields = bare.getFields();
    let copy: Record<string, unknown> | null = null;
    for (const name of Object.keys(fields)) {
      const given = (value as Record<string, unknown>)[name];
      const short = shortened(given, (fields[name] as GraphQLInputField).type);
      if (short !== given) (copy ??= { ...value })[name] = short;
    }
    return copy ?? value;
  }
  if (!isSpecifiedScalarType(bare) && !isEnumType(bare)) return value;
  return isLarge(value) ? {} : value;
}

function isLarge(value: object): boolean {
  let left = MOST_MEMBERS;
  const visit = (inner: unknown): boolean => {
    if (typeof inner !== 'object' || inner === null) return false;
    for (const name in inner) {
      if (--left < 0 || visit((inner as Record<string, unknown>)[name])) return true;
    }
    return false;
  };
  return visit(value);
}

const step = (key: string | number): string => (typeof key === 'number' ? `[${key}]` : `.${key}`);

/** With the code that Apollo Server gives the same mistakes. */
const refusal = (
  message: string,
  nodes?: VariableDefinitionNode,
  extensions?: GraphQLError['extensions'],
): GraphQLError =>
  new GraphQLError(message, {
    nodes: nodes ?? null,
    extensions: { ...extensions, code: 'BAD_USER_INPUT' },
  });
