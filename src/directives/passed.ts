import type { GraphQLResolveInfo } from 'graphql';
import { createAttachments } from '../attachments.js';
import type { Resolver } from './policedField.js';

type Call = Parameters<Resolver>;

interface Passed {
  /** Tells the guards of one field from those of others. */
  readonly guards: object;
  readonly call: readonly [source: unknown, args: unknown, context: unknown];
}

const calls = createAttachments<GraphQLResolveInfo, Passed>();

/**
 * A resolver that was set around a guarded one is guarded itself, and leads to the guard that was there before: so does
 * Apollo Server's instrumentation with every field. What the outer guard has let pass is noted here.
 */
export const notingPassed =
  (guards: object, resolve: Resolver): Resolver =>
  (source, args, context, info) => {
    calls.set(info, { guards, call: [source, args, context] });
    return resolve(source, args, context, info);
  };

/** Whether a guard of this field, outside of the one that asks, has let this very call pass, and checks its result. */
export function hasPassed(guards: object, ...[source, args, context, info]: Call): boolean {
  const known = calls.get(info);
  if (known === undefined || known.guards !== guards) return false;
  const { call } = known;
  return call[0] === source && call[1] === args && call[2] === context;
}
