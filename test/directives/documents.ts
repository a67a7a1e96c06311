import { possibleTypes, type Model, type ModelField, type Random } from './model.js';

/** Random documents over a model, as plain data. */

/** An input as the document writes it. */
export type Written = number | null | { var: string } | { fields: Record<string, Written> };
export interface FieldSelection {
  kind: 'field';
  alias: string;
  name: string;
  args: Record<string, Written>;
  if: Condition;
  selections: Selection[] | null;
}
export interface FragmentSelection {
  kind: 'inline' | 'spread';
  on: string;
  name: string;
  if: Condition;
  selections: Selection[];
}
export type Selection = FieldSelection | FragmentSelection;
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
        if (each.kind !== 'field') {
          if (each.kind === 'inline')
            return `... on ${each.on} ${conditionOf(each.if)} ${print(each.selections)}`;
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
