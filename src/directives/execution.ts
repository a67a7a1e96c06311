import type { GraphQLError, GraphQLResolveInfo } from 'graphql';
import type { AuthError } from '../errors.js';
import type { FieldJudge } from './judge.js';

/** What the static pass says of one execution. Reached once for each, at its first guarded field. */
export type Verdict =
  /** Everything that the operation could ask for is met: no field needs a look. */
  { readonly clear: true } | UnclearVerdict;

/** Something may be denied: each guarded field is looked at. */
export interface UnclearVerdict {
  readonly clear: false;
  /** Why nothing of the operation runs, one error for each denied field; empty when it does. */
  readonly refusals: readonly GraphQLError[];
  /** The judge for what a context's viewer sees in this execution. */
  judgeFor(context: unknown): FieldJudge;
  /** Throws the denial; where the guards just try themselves out, notes it and returns. */
  readonly deny: (denial: AuthError) => void;
}

/** The part of GraphQL's `info` that is the same for a whole execution; of `path` only the root is looked at. */
export type Execution = Pick<
  GraphQLResolveInfo,
  'schema' | 'operation' | 'fragments' | 'variableValues'
> & { readonly path?: GraphQLResolveInfo['path'] };
