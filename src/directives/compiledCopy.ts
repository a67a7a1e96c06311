import type { CompiledSchema, GuardedField } from './compile.js';
import { fieldsIn, originOf } from './copies.js';
import { allOf, isPolicyRequirement, type Requirement } from './requirement.js';

/** What was read of a copy as if it had never been guarded, and which policies there are to ask. */
interface Read {
  readonly late: CompiledSchema;
  readonly hasPolicy: (name: string) => boolean;
}

/**
 * What a copy of a guarded schema asks for, by the names that things have in the copy: each field what it asked for where
 * it was guarded. Decides about operations as a whole; each field is still guarded by its resolver.
 */
export function compileCopy(guarded: CompiledSchema, { late, hasPolicy }: Read): CompiledSchema {
  // Of two guarded schemas in one, the other has policies of its own, which its own guards ask.
  const askable = (requirements: readonly Requirement[]): readonly Requirement[] =>
    requirements.filter(
      (each) => !isPolicyRequirement(each) || each.policies.flat().every(hasPolicy),
    );

  // Under the names of before, too: fields go on asking for the types that they were guarded with.
  const types = new Map(guarded.types);
  for (const [name, own] of late.types) {
    types.set(name, allOf(guarded.types.get(name) ?? [], askable(own)));
  }
  const mayAskPolicies = ({ objects }: GuardedField): boolean =>
    objects.some(({ name }) => types.get(name)?.some(isPolicyRequirement));

  const fields = new Map<string, GuardedField>();
  for (const found of fieldsIn(late.schema)) {
    const { coordinate } = found;
    const now = late.fields.get(coordinate) as GuardedField;
    const before = guarded.fields.get(originOf(found, (name) => guarded.fields.has(name)));
    if (before === undefined) {
      const requirements = askable(now.requirements);
      const hasPolicies = requirements.some(isPolicyRequirement) || mayAskPolicies(now);
      fields.set(coordinate, { ...now, requirements, inputs: null, hasPolicies, isLate: true });
      continue;
    }
    const { objects, isAbstract, returned } = now;
    const hasPolicies = before.hasPolicies || mayAskPolicies(now);
    fields.set(coordinate, { ...before, objects, isAbstract, returned, hasPolicies });
  }
  const inputs = new Map([...late.inputs, ...guarded.inputs]);
  return { schema: late.schema, types, fields, inputs, scopes: guarded.scopes };
}
