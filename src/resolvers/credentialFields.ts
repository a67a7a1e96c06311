import {
  Kind,
  OperationTypeNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { createAttachments } from '../attachments.js';
import { ours } from '../contextParts.js';
import { AuthError } from '../errors.js';
import type { Fragments } from '../fragments.js';
import { isIncluded } from '../included.js';
import type { RequestContext } from '../request.js';

/** The fields of `Mutation` that take a credential and answer with a session. */
export const credentialFields = ['signup', 'login', 'refreshToken', 'changePassword'] as const;

/** Names those that the operation has: others may be hidden from whoever asks. */
const oneCredentialField = (names: Iterable<string>): string =>
  `An operation can have one field that answers with tokens, and this one has more: ${[...new Set(names)].join(', ')}.`;

/** Refuses an operation whole, or does not. A promise only where there is something to refuse. */
export type CredentialRule = (asked: {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  /** The variables as graphql-js makes them; null where they do not fit. */
  readonly coerce: () => Readonly<Record<string, unknown>> | null;
  readonly context: RequestContext;
  /** What the fields are called in the schema that is executed; undefined where nobody has renamed them. */
  readonly namesHere: () => ReadonlySet<string> | undefined;
}) => Promise<AuthError | null> | null;

/**
 * An operation with several credential fields is refused whole, and counts as that many attempts of its address:
 * else many guesses in one document would pass for one request. `names` are those that the fields have in the schema.
 */
export function createCredentialRule(names: ReadonlySet<string>): CredentialRule {
  const mayHaveSeveral = createAttachments<OperationDefinitionNode, Known>();

  /** However its conditions turn out: found once for each document that comes again. */
  function canHaveSeveral(
    operation: OperationDefinitionNode,
    fragments: Fragments,
    here: ReadonlySet<string>,
  ): boolean {
    const known = mayHaveSeveral.get(operation);
    if (known?.here === here) return known.found;
    const parts = { operation, fragments, variables: null };
    const found = credentialFieldsOf(parts, here).size > 1;
    mayHaveSeveral.set(operation, { here, found });
    return found;
  }

  return ({ operation, fragments, coerce, context, namesHere }) => {
    if (operation.operation !== OperationTypeNode.MUTATION) return null;
    const here = namesHere() ?? names;
    if (!canHaveSeveral(operation, fragments, here)) return null;
    const variables = coerce();
    // Variables that do not fit fail before anything runs.
    if (variables === null) return null;
    const found = credentialFieldsOf({ operation, fragments, variables }, here);
    if (found.size <= 1) return null;
    const { services, origin } = ours(context);
    return services.attempts
      .countAddress(origin.address, found.size)
      .then((limited) =>
        limited === null
          ? new AuthError('BAD_USER_INPUT', {}, oneCredentialField(found.values()))
          : new AuthError(limited.code, limited.details),
      );
  };
}

interface Known {
  /** One document may run on schemas that call the fields by different names. */
  readonly here: ReadonlySet<string>;
  readonly found: boolean;
}

interface OperationParts {
  operation: OperationDefinitionNode;
  fragments: Fragments;
  /** Null where nobody is to ask what conditions say: then all is included. */
  variables: Readonly<Record<string, unknown>> | null;
}

/**
 * The credential fields that an operation would run, by their keys: aliases count each, what `@skip` takes out does not.
 * `names` are those that the credential fields have in the schema.
 */
function credentialFieldsOf(
  parts: OperationParts,
  names: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  collect(parts.operation.selectionSet, { names, ...parts }, found, new Set());
  return found;
}

function collect(
  { selections }: SelectionSetNode,
  parts: OperationParts & { names: ReadonlySet<string> },
  found: Map<string, string>,
  spread: Set<string>,
): void {
  for (const node of selections) {
    if (parts.variables !== null && !isIncluded(node, parts.variables)) continue;
    if (node.kind === Kind.FIELD) {
      const name = node.name.value;
      if (parts.names.has(name)) found.set(node.alias?.value ?? name, name);
      continue;
    }
    if (node.kind === Kind.INLINE_FRAGMENT) {
      collect(node.selectionSet, parts, found, spread);
      continue;
    }
    const name = node.name.value;
    const fragment = parts.fragments[name];
    if (fragment === undefined || spread.has(name)) continue;
    spread.add(name);
    collect(fragment.selectionSet, parts, found, spread);
  }
}
