/** Random schemas, as plain data that the reference evaluator reads without any GraphQL code. */

export type Guard =
  | { kind: 'login' }
  | { kind: 'scopes'; groups: string[][] }
  | { kind: 'role'; role: string }
  | { kind: 'policy'; groups: string[][] };

/** The policies that a random schema names: two about the request (the second answers later), two over objects. */
export const requestPolicies = ['now', 'later'];
export const objectPolicies = ['even', 'third'];
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

const aboutRequest: Guard[] = [
  { kind: 'policy', groups: [['now']] },
  { kind: 'policy', groups: [['now', 'later']] },
  { kind: 'policy', groups: [['later'], ['now']] },
];

const aboutObjects: Guard[] = [
  { kind: 'policy', groups: [['even']] },
  { kind: 'policy', groups: [['now', 'even'], ['third']] },
  { kind: 'policy', groups: [['third', 'even'], ['later']] },
];

export const isAboutObjects = (guard: Guard): boolean =>
  guard.kind === 'policy' && guard.groups.flat().some((name) => objectPolicies.includes(name));

/** Without policies nothing in the schema is asynchronous. */
export function randomModel(random: Random, withPolicies = false): Model {
  const all = withPolicies ? [...pool, ...aboutRequest, ...aboutObjects] : pool;
  const aboutNoObject = all.filter((guard) => !isAboutObjects(guard));
  const model = modelOf(random, (oneIn, isRoot = false) => {
    const from = isRoot ? aboutNoObject : all;
    return random(oneIn) === 0 ? [from[random(from.length)] as Guard] : [];
  });
  for (const field of model.objects.find(({ name }) => name === 'Mutation')?.fields ?? []) {
    // Else the start fails.
    if (field.guards.length === 0 && returnsPoliced(model, field.type)) {
      field.guards = [{ kind: 'login' }];
    }
  }
  return model;
}

function returnsPoliced(model: Model, type: string): boolean {
  const all = [...model.objects, ...model.interfaces];
  const returned = all.filter(({ name }) => [type, ...possibleTypes(model, type)].includes(name));
  const guards = returned.flatMap(({ guards: own, interfaces }) => [
    ...own,
    ...all.filter(({ name }) => interfaces.includes(name)).flatMap((each) => each.guards),
  ]);
  return [...guards, ...(model.leafs[type] ?? [])].some(isAboutObjects);
}

function modelOf(random: Random, someGuards: (oneIn: number, isRoot?: boolean) => Guard[]): Model {
  const outputs = ['O0', 'O1', 'O2', 'I0', 'I1', 'U', 'Int', 'Leaf', 'Color'];
  const field = (name: string): ModelField => ({
    name,
    type: outputs[random(outputs.length)] as string,
    list: ([0, 0, 1, 2] as const)[random(4)] as 0 | 1 | 2,
    nonNullItems: random(4) === 0,
    guards: someGuards(5),
    args: (['x', 'y'] as const)
      .filter(() => random(3) === 0)
      .map((arg) => ({
        name: arg,
        type: arg === 'x' ? 'In' : 'Int',
        guards: someGuards(3),
      })),
  });
  const interfaces = ['I0', 'I1'].map((name, at) => ({
    name,
    guards: someGuards(7),
    interfaces: [],
    fields: [field(`i${at}`)],
  }));
  const objects = ['Query', 'Mutation', 'O0', 'O1', 'O2'].map((name) => {
    const isRoot = name === 'Query' || name === 'Mutation';
    const mine = interfaces.filter(() => !isRoot && random(2) === 0);
    const inherited = mine.flatMap(({ fields }) =>
      fields.map((each) => ({
        ...each,
        guards: someGuards(6),
        args: each.args.map((arg) => ({ ...arg, guards: someGuards(4) })),
      })),
    );
    const own = ['f', 'g', 'h'].map((each) => field(`${each}${name}`));
    const guards = someGuards(isRoot ? 12 : 5, isRoot);
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
    leafs: { Int: [], Leaf: someGuards(4), Color: someGuards(4) },
    input: { p: someGuards(2), q: someGuards(2), n: someGuards(4) },
  };
}

const printGuard = (guard: Guard): string => {
  if (guard.kind === 'login') return '@authenticated';
  if (guard.kind === 'policy') return `@policy(policies: ${JSON.stringify(guard.groups)})`;
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
