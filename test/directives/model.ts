/** Random schemas and documents, as plain data that the reference evaluator reads without any GraphQL code. */

export type Guard =
  { kind: 'login' } | { kind: 'scopes'; groups: string[][] } | { kind: 'role'; role: string };
export interface ModelArg {
  name: 'x' | 'y';
  type: 'In' | 'Int';
  guards: Guard[];
}
export interface ModelField {
  name: string;
  type: string;
  list: 0 | 1 | 2;
  nonNullItems: boolean;
  guards: Guard[];
  args: ModelArg[];
}
export interface ModelType {
  name: string;
  guards: Guard[];
  interfaces: string[];
  fields: ModelField[];
}
export interface Model {
  objects: ModelType[];
  interfaces: ModelType[];
  union: string[];
  leafs: Record<string, Guard[]>;
  /** Of the fields p, q (default 5) and n (nested) of the input type In. */
  input: Record<'p' | 'q' | 'n', Guard[]>;
}

/** An input as the document writes it. */
export type Written = number | null | { var: string } | { fields: Record<string, Written> };
export type Selection =
  | {
      kind: 'field';
      alias: string;
      name: string;
      args: Record<string, Written>;
      if: Condition;
      selections: Selection[] | null;
    }
  | { kind: 'inline' | 'spread'; on: string; name: string; if: Condition; selections: Selection[] };
export interface Condition {
  skip?: string;
  include?: string;
}
export interface Operation {
  kind: 'query' | 'mutation';
  selections: Selection[];
  /** In variables with what the operation declares as their own defaults. */
  defaults: Record<string, Written | undefined>;
  raw: Record<string, unknown>;
}

export type Random = (below: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const pool: Guard[] = [
  { kind: 'login' },
  { kind: 'scopes', groups: [['a']] },
  { kind: 'scopes', groups: [['a', 'b'], ['c']] },
  { kind: 'role', role: 'r' },
];

const someGuards = (random: Random, oneIn: number): Guard[] =>
  random(oneIn) === 0 ? [pool[random(pool.length)] as Guard] : [];

export function randomModel(random: Random): Model {
  const outputs = ['O0', 'O1', 'O2', 'I0', 'I1', 'U', 'Int', 'Leaf', 'Color'];
  const field = (name: string): ModelField => ({
    name,
    type: outputs[random(outputs.length)] as string,
    list: ([0, 0, 1, 2] as const)[random(4)] as 0 | 1 | 2,
    nonNullItems: random(4) === 0,
    guards: someGuards(random, 5),
    args: (['x', 'y'] as const)
      .filter(() => random(3) === 0)
      .map((arg) => ({
        name: arg,
        type: arg === 'x' ? 'In' : 'Int',
        guards: someGuards(random, 3),
      })),
  });
  const interfaces = ['I0', 'I1'].map((name, at) => ({
    name,
    guards: someGuards(random, 7),
    interfaces: [],
    fields: [field(`i${at}`)],
  }));
  const objects = ['Query', 'Mutation', 'O0', 'O1', 'O2'].map((name) => {
    const isRoot = name === 'Query' || name === 'Mutation';
    const mine = interfaces.filter(() => !isRoot && random(2) === 0);
    const inherited = mine.flatMap(({ fields }) =>
      fields.map((each) => ({
        ...each,
        guards: someGuards(random, 6),
        args: each.args.map((arg) => ({ ...arg, guards: someGuards(random, 4) })),
      })),
    );
    const own = ['f', 'g', 'h'].map((each) => field(`${each}${name}`));
    const guards = someGuards(random, isRoot ? 12 : 5);
    return {
      name,
      guards,
      interfaces: mine.map((each) => each.name),
      fields: [...inherited, ...own],
    };
  });
  return {
    objects,
    interfaces,
    union: ['O0', 'O1', 'O2'].filter((_, at) => at === 0 || random(2) === 0),
    leafs: { Int: [], Leaf: someGuards(random, 4), Color: someGuards(random, 4) },
    input: { p: someGuards(random, 2), q: someGuards(random, 2), n: someGuards(random, 4) },
  };
}

const printGuard = (guard: Guard): string => {
  if (guard.kind === 'login') return '@authenticated';
  if (guard.kind === 'role') return `@hasRole(roles: ["${guard.role}"])`;
  return `@requiresScopes(scopes: ${JSON.stringify(guard.groups)})`;
};
const printGuards = (guards: Guard[]): string => guards.map(printGuard).join(' ');

function printField({ name, type, list, nonNullItems, guards, args }: ModelField): string {
  const shown = args.map((arg) => `${arg.name}: ${arg.type} ${printGuards(arg.guards)}`).join(', ');
  const named = `${type}${list > 0 && nonNullItems ? '!' : ''}`;
  const printed = `${'['.repeat(list)}${named}${']'.repeat(list)}`;
  return `${name}${shown && `(${shown})`}: ${printed} ${printGuards(guards)}`;
}

export function printModel(model: Model): string {
  const printType = (keyword: string, type: ModelType): string => {
    const list = type.interfaces.length > 0 ? `implements ${type.interfaces.join(' & ')}` : '';
    return `${keyword} ${type.name} ${list} ${printGuards(type.guards)} {\n${type.fields.map(printField).join('\n')}\n}`;
  };
  return [
    ...model.interfaces.map((type) => printType('interface', type)),
    ...model.objects.map((type) => printType('type', type)),
    `type Keep { leaf: Leaf color: Color }`,
    `union U = ${model.union.join(' | ')}`,
    `scalar Leaf ${printGuards(model.leafs['Leaf'] ?? [])}`,
    `enum Color ${printGuards(model.leafs['Color'] ?? [])} { RED }`,
    `input In { p: Int ${printGuards(model.input.p)} q: Int = 5 ${printGuards(model.input.q)} n: [In!] ${printGuards(model.input.n)} }`,
  ].join('\n');
}

export const possibleTypes = (model: Model, type: string): string[] => {
  if (type === 'U') return model.union;
  const implementors = model.objects.filter(({ interfaces }) => interfaces.includes(type));
  if (type.startsWith('I') && type !== 'Int') return implementors.map(({ name }) => name);
  return model.objects.some(({ name }) => name === type) ? [type] : [];
};

/** Inputs never equal a schema default (5): execution alone cannot tell such a value from an omitted one. */
function randomInput(random: Random, depth: number, variables: boolean): Written {
  if (variables && random(4) === 0) return { var: `in${random(2)}` };
  if (random(5) === 0) return null;
  const fields: Record<string, Written> = {};
  if (random(2)) fields['p'] = variables && random(2) ? { var: `int${random(2)}` } : random(4);
  if (random(2)) fields['q'] = variables && random(2) ? { var: `int${random(2)}` } : random(4);
  if (depth > 0 && random(2)) fields['n'] = randomInput(random, depth - 1, false);
  return { fields };
}

export const toJson = (written: Written): unknown =>
  written === null || typeof written === 'number'
    ? written
    : Object.fromEntries(
        Object.entries((written as { fields: Record<string, Written> }).fields).map(
          ([name, value]) => [name, toJson(value)],
        ),
      );

export function randomOperation(random: Random, model: Model): Operation {
  let aliases = 0;
  const condition = (): Condition =>
    random(4) > 0 ? {} : random(2) ? { skip: `b${random(2)}` } : { include: `b${random(2)}` };
  const select = (type: string, depth: number): Selection[] => {
    const declared = [...model.objects, ...model.interfaces].find(({ name }) => name === type);
    const fields = declared?.fields ?? [];
    const out: Selection[] = [];
    for (let i = 0; i < 1 + random(3); i++) {
      const kind = random(6);
      if (kind === 0) {
        out.push({
          kind: 'field',
          alias: `t${aliases++}`,
          name: '__typename',
          args: {},
          if: condition(),
          selections: null,
        });
      } else if (kind <= 2 && depth > 0) {
        const common = ['O0', 'O1', 'O2', 'I0', 'I1', 'U'].filter((each) =>
          possibleTypes(model, each).some((name) => possibleTypes(model, type).includes(name)),
        );
        const on = common.length > 0 ? (common[random(common.length)] as string) : type;
        const selections = select(on, depth - 1);
        out.push({
          kind: kind === 1 ? 'inline' : 'spread',
          on,
          name: `F${aliases++}`,
          if: condition(),
          selections,
        });
      } else if (fields.length > 0) {
        const field = fields[random(fields.length)] as ModelField;
        const isLeaf = field.type in model.leafs;
        if (!isLeaf && depth === 0) continue;
        const args: Record<string, Written> = {};
        for (const arg of field.args) {
          if (random(3) === 0) continue;
          args[arg.name] =
            arg.type === 'In'
              ? randomInput(random, 2, true)
              : random(2)
                ? { var: `int${random(2)}` }
                : random(4);
        }
        out.push({
          kind: 'field',
          alias: `a${aliases++}`,
          name: field.name,
          args,
          if: condition(),
          selections: isLeaf ? null : select(field.type, depth - 1),
        });
      }
    }
    if (out.length === 0)
      out.push({
        kind: 'field',
        alias: `t${aliases++}`,
        name: '__typename',
        args: {},
        if: {},
        selections: null,
      });
    return out;
  };
  const kind = random(3) === 0 ? 'mutation' : 'query';
  const raw: Record<string, unknown> = { b0: random(2) === 0, b1: random(2) === 0 };
  const defaults: Record<string, Written | undefined> = {};
  for (const name of ['in0', 'in1', 'int0', 'int1']) {
    const written = (): Written =>
      name.startsWith('int') ? random(4) : randomInput(random, 1, false);
    if (random(3) === 0) defaults[name] = written();
    if (random(2) === 0) raw[name] = toJson(written());
  }
  return { kind, selections: select(kind === 'query' ? 'Query' : 'Mutation', 4), defaults, raw };
}

const printWritten = (written: Written): string => {
  if (written === null || typeof written === 'number') return String(written);
  if ('var' in written) return `$${written.var}`;
  const fields = Object.entries(written.fields).map(
    ([name, value]) => `${name}: ${printWritten(value)}`,
  );
  return `{ ${fields.join(', ')} }`;
};

export function printOperation({ kind, selections, defaults }: Operation): string {
  const fragments: string[] = [];
  const conditionOf = ({ skip, include }: Condition): string =>
    skip ? `@skip(if: $${skip})` : include ? `@include(if: $${include})` : '';
  const print = (list: Selection[]): string =>
    `{ ${list
      .map((each) => {
        if (each.kind === 'inline')
          return `... on ${each.on} ${conditionOf(each.if)} ${print(each.selections)}`;
        if (each.kind === 'spread') {
          fragments.push(`fragment ${each.name} on ${each.on} ${print(each.selections)}`);
          return `...${each.name} ${conditionOf(each.if)}`;
        }
        const args = Object.entries(each.args).map(
          ([name, value]) => `${name}: ${printWritten(value)}`,
        );
        const shown = args.length > 0 ? `(${args.join(', ')})` : '';
        return `${each.alias}: ${each.name}${shown} ${conditionOf(each.if)} ${each.selections ? print(each.selections) : ''}`;
      })
      .join(' ')} }`;
  const declared = [
    'in0: In',
    'in1: In',
    'int0: Int',
    'int1: Int',
    'b0: Boolean!',
    'b1: Boolean!',
  ].map((each) => {
    const own = defaults[each.slice(0, each.indexOf(':'))];
    return `$${each}${own === undefined ? '' : ` = ${printWritten(own)}`}`;
  });
  return `${kind} (${declared.join(', ')}) ${print(selections)}\n${fragments.join('\n')}`;
}
