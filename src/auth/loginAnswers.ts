import { getNamedType, getNullableType, type GraphQLSchema } from 'graphql';

type IsOne = (resolver: unknown) => boolean;

/**
 * Throws where a mutation of the embedder's logs somebody in and answers another type than ours do: a session would
 * open, and nobody would get its tokens. Under whatever name that type has here.
 */
export function assertLoginsAnswerTokens(
  schema: GraphQLSchema,
  logsIn: { readonly ours: IsOne; readonly theirs: IsOne },
): void {
  const mutation = schema.getMutationType();
  const fields = Object.values(mutation?.getFields() ?? {});
  const one = fields.find(({ resolve }) => logsIn.ours(resolve));
  if (one === undefined) return;
  const payload = getNamedType(one.type);
  const wrong = fields.find(
    ({ resolve, type }) => logsIn.theirs(resolve) && getNullableType(type) !== payload,
  );
  if (wrong === undefined) return;
  throw new TypeError(
    `${mutation?.name}.${wrong.name} logs somebody in and answers ${String(wrong.type)}: nobody would get the tokens. Let it answer ${payload.name}, as auth.loginResolver does.`,
  );
}
