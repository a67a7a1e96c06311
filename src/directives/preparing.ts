import type { GraphQLSchema } from 'graphql';
import type { CompiledSchema } from './compile.js';
import { compileCopy } from './compiledCopy.js';
import { isAsCompiled } from './copies.js';
import type { PlanOf } from './plan.js';

/** What is known of one schema. */
export interface Prepared {
  readonly compiled: CompiledSchema;
  readonly planOf: PlanOf;
}

/** What is known of a guarded schema, or of a copy of it. */
export interface PreparedCopy extends Prepared {
  /** What the credential fields are called here; undefined where they are called as ever. */
  readonly credentialNames: ReadonlySet<string> | undefined;
}

/** The guarded schema itself, for it and for its copies in which every name means the same. */
export type CopyOf = (schema: GraphQLSchema) => PreparedCopy;

interface Preparing {
  readonly compile: (schema: GraphQLSchema) => CompiledSchema;
  readonly createPlans: (compiled: CompiledSchema) => PlanOf;
  readonly hasPolicy: (name: string) => boolean;
  /** The coordinates that they have where nobody has renamed them. */
  readonly credentialFields: readonly string[];
}

/** Each schema is compared and compiled once, and has plans of its own: one document may run on several. */
export function createCopies(
  { compiled, planOf }: Prepared,
  { compile, createPlans, hasPolicy, credentialFields }: Preparing,
): CopyOf {
  const isRenamed = [...compiled.fields.values()].some(
    (field) => field.isCredential && !credentialFields.includes(field.coordinate),
  );
  const credentialNames = isRenamed ? credentialNamesIn(compiled) : undefined;
  const itself: PreparedCopy = { compiled, planOf, credentialNames };
  const copies = new WeakMap<GraphQLSchema, PreparedCopy>();

  const prepareCopy = (schema: GraphQLSchema): PreparedCopy => {
    if (isAsCompiled(compiled, schema)) return itself;
    const copy = compileCopy(compiled, { late: compile(schema), hasPolicy });
    return { compiled: copy, planOf: createPlans(copy), credentialNames: credentialNamesIn(copy) };
  };

  return (schema) => {
    if (schema === compiled.schema) return itself;
    let copy = copies.get(schema);
    if (copy === undefined) copies.set(schema, (copy = prepareCopy(schema)));
    return copy;
  };
}

function credentialNamesIn({ schema, fields }: CompiledSchema): ReadonlySet<string> {
  const mutation = schema.getMutationType();
  const names = Object.keys(mutation?.getFields() ?? {});
  return new Set(names.filter((name) => fields.get(`${mutation?.name}.${name}`)?.isCredential));
}
