import type { FieldSelection, Operation, Selection, Written } from './documents.js';
import type { Guard, Model, ModelField, ModelType } from './model.js';
import { objectPolicies, possibleTypes } from './model.js';

/** What must come of an operation: data, denied positions with their coordinates, the resolvers that ran. */
export interface Expected {
  data: unknown;
  denied: string[];
  ran: string[];
}

export interface Grants {
  credential: 'none' | 'expired' | 'valid';
  scopes: string[];
  roles: string[];
}

/** A small number out of a text: which concrete type an object has, whether there is one. */
export function hash(text: string): number {
  let sum = 7;
  for (const char of text) sum = (sum * 31 + char.charCodeAt(0)) % 1_000_003;
  return sum;
}

/** The value that stands at a path: a type name for an object, null now and then. */
export function typeAt(model: Model, type: string, path: string): string | null {
  const possible = possibleTypes(model, type);
  if (possible.length === 0 || hash(path) % 7 === 0) return null;
  return possible[hash(`${path}?`) % possible.length] as string;
}

/** What the policies of a random schema say. */
export const policyRules = {
  now: ({ credential, scopes }: Grants): boolean => credential !== 'valid' || scopes.includes('a'),
  later: ({ scopes }: Grants): boolean => scopes.includes('c'),
  even: (object: string): boolean => hash(`even ${object}`) % 2 === 0,
  third: (object: string): boolean => hash(`third ${object}`) % 3 > 0,
};

/** What is known of the object: nothing, so that policies over it count as denying or are left open; or its name. */
type Known = 'strict' | 'lenient' | { object: string };

const meets = (grants: Grants, guard: Guard, known: Known): boolean => {
  if (guard.kind === 'policy') {
    const allows = (name: string): boolean => {
      if (!objectPolicies.includes(name)) return policyRules[name as 'now'](grants);
      return typeof known === 'string'
        ? known === 'lenient'
        : policyRules[name as 'even'](known.object);
    };
    return guard.groups.some((group) => group.every(allows));
  }
  if (grants.credential !== 'valid') return false;
  if (guard.kind === 'login') return true;
  if (guard.kind === 'role') return grants.roles.includes(guard.role);
  return guard.groups.some((group) => group.every((scope) => grants.scopes.includes(scope)));
};

class Fall extends Error {}

/** Slow and plain: every sentence of the rules is one line here. */
export function createReference(
  model: Model,
  grants: Grants,
  operation: Operation,
  { protectAll = false } = {},
) {
  const all = [...model.objects, ...model.interfaces];
  const named = (name: string): ModelType => all.find((type) => type.name === name) as ModelType;
  const unmet = (guards: Guard[], known: Known): boolean =>
    guards.some((guard) => !meets(grants, guard, known));

  const ofType = (name: string): Guard[] => {
    if (name in model.leafs) return model.leafs[name] as Guard[];
    if (name === 'U') return [];
    const type = named(name);
    return [...type.guards, ...type.interfaces.flatMap((each) => named(each).guards)];
  };
  const sameFields = (type: ModelType, name: string): ModelField[] =>
    [type, ...type.interfaces.map(named)].flatMap((each) =>
      each.fields.filter((field) => field.name === name),
    );

  /** What a written input supplies: undefined where it is an omitted variable. */
  const resolve = (written: Written): unknown => {
    if (written === null || typeof written === 'number') return written;
    if ('var' in written) {
      if (written.var in operation.raw) return operation.raw[written.var];
      const own = operation.defaults[written.var];
      return own === undefined ? undefined : resolve(own);
    }
    return Object.fromEntries(
      Object.entries(written.fields).map(([name, value]) => [name, resolve(value)]),
    );
  };
  const inputGuards = (value: unknown): [string, Guard[]][] =>
    Object.entries((value ?? {}) as Record<string, unknown>).flatMap(
      ([name, inner]): [string, Guard[]][] =>
        inner === undefined
          ? []
          : [[`In.${name}`, model.input[name as 'p']], ...(name === 'n' ? inputGuards(inner) : [])],
    );

  /** The coordinate at which a selected field is denied. A known object is its parent. */
  const denial = (
    parent: string,
    selection: FieldSelection,
    anyType: boolean,
    known: Known,
  ): string | null => {
    const type = named(parent);
    const [field] = sameFields(type, selection.name) as [ModelField];
    const coordinate = `${parent}.${field.name}`;
    const own = sameFields(type, field.name).flatMap((each) => each.guards);
    if (protectAll && parent === root) own.push({ kind: 'login' });
    if (unmet(own, known)) return coordinate;
    const withoutObject = known === 'strict' ? known : 'lenient';
    if (unmet([...ofType(parent), ...ofType(field.type)], withoutObject)) return coordinate;
    if (['I0', 'I1', 'U'].includes(field.type)) {
      const denied = possibleTypes(model, field.type).map((each) =>
        unmet(ofType(each), withoutObject),
      );
      if (anyType ? denied.includes(true) : denied.length > 0 && !denied.includes(false))
        return coordinate;
    }
    for (const [name, written] of Object.entries(selection.args)) {
      const value = resolve(written);
      if (value === undefined) continue;
      const guards = sameFields(type, field.name).flatMap((each) =>
        each.args.filter((arg) => arg.name === name).flatMap((arg) => arg.guards),
      );
      if (unmet(guards, known)) return `${coordinate}(${name}:)`;
      if (name !== 'x') continue;
      const inner = inputGuards(value).find(([, each]) => unmet(each, known));
      if (inner) return inner[0];
    }
    return null;
  };

  const fieldsOf = (type: string, selections: Selection[]): FieldSelection[] =>
    selections.flatMap((each) => {
      if (each.if.skip && operation.raw[each.if.skip] === true) return [];
      if (each.if.include && operation.raw[each.if.include] === false) return [];
      if (each.kind === 'field') return [each];
      const applies = each.on === type || possibleTypes(model, each.on).includes(type);
      return applies ? fieldsOf(type, each.selections) : [];
    });

  const root = operation.kind === 'query' ? 'Query' : 'Mutation';

  /** Every field that is denied when abstract types are all of their possible types. */
  const staticDenials = (
    type: string,
    selections: Selection[],
    above: string[],
  ): [string, string][] =>
    fieldsOf(type, selections).flatMap((each): [string, string][] => {
      const path = [...above, each.alias];
      if (each.name === '__typename') {
        return type === root && unmet(ofType(type), 'strict')
          ? [[path.join('.'), `${type}.__typename`]]
          : [];
      }
      const denied = denial(type, each, true, 'strict');
      if (denied !== null) return [[path.join('.'), denied]];
      const [field] = sameFields(named(type), each.name) as [ModelField];
      return possibleTypes(model, field.type).flatMap((object) =>
        staticDenials(object, each.selections ?? [], path),
      );
    });

  const execute = (): Expected => {
    const denied: string[] = [];
    const ran: string[] = [];
    const complete = (
      field: ModelField,
      depth: number,
      path: string[],
      parent: string,
      selections: Selection[] | null,
    ): unknown => {
      const at = path.join('.');
      if (depth > 0) {
        const items = [0, 1].map((index) => {
          const here = [...path, String(index)];
          try {
            const item = complete(field, depth - 1, here, parent, selections);
            if (item === null && depth === 1 && field.nonNullItems)
              throw new Fall(`null at ${here.join('.')}`);
            return item;
          } catch (error) {
            if (!(error instanceof Fall) || (depth === 1 && field.nonNullItems)) throw error;
            denied.push(error.message);
            return null;
          }
        });
        return items;
      }
      if (field.type in model.leafs) return field.type === 'Color' ? 'RED' : 1;
      const object = typeAt(model, field.type, at);
      if (object === null) return null;
      if (unmet(ofType(object), { object: `${at} undefined` }))
        throw new Fall(`${at} ${parent}.${field.name}`);
      return runFields(object, selections ?? [], path);
    };
    const runFields = (
      type: string,
      selections: Selection[],
      above: string[],
    ): Record<string, unknown> => {
      const data: Record<string, unknown> = {};
      for (const each of fieldsOf(type, selections)) {
        const path = [...above, each.alias];
        if (each.name === '__typename') {
          if (type === root && unmet(ofType(type), 'lenient'))
            throw new Fall(`${path.join('.')} ${type}.__typename`);
          data[each.alias] = type;
          continue;
        }
        const parent = above.length === 0 ? 'undefined' : above.join('.');
        const { y } = each.args;
        const seen = `${parent} ${String(y === undefined ? y : resolve(y))}`;
        const anyType = type === 'Mutation';
        const refused =
          denial(type, each, anyType, 'lenient') ?? denial(type, each, anyType, { object: seen });
        data[each.alias] = null;
        if (refused !== null) {
          denied.push(`${path.join('.')} ${refused}`);
          continue;
        }
        ran.push(path.join('.'));
        const [field] = sameFields(named(type), each.name) as [ModelField];
        if (field.type in model.leafs) {
          const object = `${field.type === 'Color' ? 'RED' : 1} undefined`;
          if (unmet(ofType(field.type), { object })) {
            denied.push(`${path.join('.')} ${type}.${field.name}`);
            continue;
          }
        }
        try {
          data[each.alias] = complete(field, field.list, path, type, each.selections);
        } catch (error) {
          if (!(error instanceof Fall)) throw error;
          denied.push(error.message);
        }
      }
      return data;
    };
    let data: unknown = null;
    try {
      data = runFields(root, operation.selections, []);
    } catch (error) {
      if (!(error instanceof Fall)) throw error;
      denied.push(error.message);
    }
    return { data, denied: denied.sort(), ran };
  };
  return { execute, staticDenials: () => staticDenials(root, operation.selections, []) };
}

/**
 * An outcome without what happened in regions that a null below them took: which of several errors is first there,
 * and what still runs, is left to chance where resolvers wait for each other. That something took them stays.
 */
export function outsideOfFallen({ data, denied, ran }: Expected): Expected {
  /** How far the data go along a path: to its end, or to the null that took the rest. */
  const lasting = (path: string[]): string[] => {
    let at: unknown = data;
    for (const [depth, key] of path.entries()) {
      if (at === null) return path.slice(0, depth);
      at = (at as Record<string, unknown>)[key];
    }
    return path;
  };
  const seen = denied.map((each) => {
    const path = each.replace(/^null at /, '').split(' ')[0] as string;
    const kept = lasting(path.split('.')).join('.');
    return kept === path ? each : `fallen: ${kept}`;
  });
  const stayed = ran.filter((path) => lasting(path.split('.')).join('.') === path);
  return { data, denied: [...new Set(seen)].sort(), ran: stayed.sort() };
}
