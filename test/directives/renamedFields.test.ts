import { beforeEach, describe, expect, test } from '@jest/globals';
import { mapSchema, MapperKind } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  extendSchema,
  GraphQLObjectType,
  parse,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { GuardOptions } from '../../src/directives/options.js';
import { build, expired, guards, nobody, plain, run, somebody } from './support.js';

const ran: string[] = [];
const runs = (name: string, answer: unknown) => () => {
  ran.push(name);
  return answer;
};
beforeEach(() => {
  ran.length = 0;
});

const typeDefs = `
  type Query { open_one: String shut_one: String @authenticated  open_box: Box }
  type Box { open_part: String shut_part: String @authenticated  hidden: Hidden }
  interface Hidden { id: ID }
  type Vault implements Hidden @authenticated { id: ID }
  type Mutation {
    charge_card(amount: Int @authenticated): String
    send_mail: String @authenticated
    open_box: Box
    log_in: Session
  }
  type Session { token: String }
`;
const box = { open_part: 'part', shut_part: 'shut', hidden: { __typename: 'Vault', id: 1 } };
const resolvers = {
  Query: { open_one: runs('open', 'o'), shut_one: runs('shut', 's'), open_box: runs('box', box) },
  Mutation: {
    charge_card: runs('charge', 'charged'),
    send_mail: runs('mail', 'sent'),
    open_box: runs('box', box),
    log_in: runs('login', { token: 't' }),
  },
};
const make = (options: GuardOptions = {}) => {
  const made = guards(options);
  return { made, schema: made.guard(build(typeDefs, resolvers)) };
};

const camelCase = (name: string) =>
  name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const renamed = (schema: GraphQLSchema) =>
  mapSchema(schema, { [MapperKind.OBJECT_FIELD]: (config, name) => [camelCase(name), config] });
const renamedAndWrapped = (schema: GraphQLSchema) =>
  mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, name) => {
      const { resolve = defaultFieldResolver } = config;
      return [camelCase(name), { ...config, resolve: (...asked) => resolve(...asked) }];
    },
  });
const withTypesRenamed = (schema: GraphQLSchema) =>
  mapSchema(renamed(schema), {
    [MapperKind.OBJECT_TYPE]: (type) =>
      new GraphQLObjectType({ ...type.toConfig(), name: `My${type.name}` }),
  });

const copying = [
  ['renamed', renamed],
  ['renamed and wrapped', renamedAndWrapped],
  ['renamed with their types', withTypesRenamed],
] as const;

describe.each(copying)('where another tool has fields %s', (_, copy) => {
  test.each([
    'mutation { chargeCard sendMail }',
    'mutation { sendMail chargeCard }',
    'mutation { chargeCard ...{ ...F } } fragment F on ROOT { sendMail }',
    'mutation { chargeCard openBox { shutPart } }',
    'mutation { chargeCard openBox { hidden { id } } }',
    'mutation { a: chargeCard b: chargeCard(amount: 1) }',
  ])('nothing runs of a mutation that a fresh token would cure: %s', async (source) => {
    const here = copy(make().schema);
    const root = here.getMutationType()?.name ?? '';
    const { data, denied } = await run(here, source.replace('ROOT', root), expired());
    expect(Object.values(data as object)).toEqual(expect.arrayContaining([null]));
    expect(Object.values(data as object).every((value) => value === null)).toBe(true);
    expect(denied.every(({ code }) => code === 'UNAUTHENTICATED')).toBe(true);
    expect(ran).toEqual([]);
  });

  test('what is open runs with an expired token, and beside what is denied for good', async () => {
    const here = copy(make().schema);
    expect((await run(here, 'mutation { chargeCard }', expired())).data).toEqual({
      chargeCard: 'charged',
    });
    const { data } = await run(here, 'mutation { chargeCard sendMail }', nobody());
    expect(data).toEqual({ chargeCard: 'charged', sendMail: null });
    expect(ran).toEqual(['charge', 'charge']);
  });

  test('who may do all gets all', async () => {
    const here = copy(make({ onUnauthorized: 'reject' }).schema);
    const { data } = await run(here, 'mutation { chargeCard(amount: 1) sendMail }', somebody());
    expect(data).toEqual({ chargeCard: 'charged', sendMail: 'sent' });
  });

  test.each(['{ openOne shutOne }', '{ openOne openBox { shutPart } }'])(
    'an operation with anything denied is rejected whole: %s',
    async (source) => {
      const here = copy(make({ onUnauthorized: 'reject' }).schema);
      const { data } = await run(here, source, nobody());
      expect(Object.values(data as object)).toEqual([null, null]);
      expect(ran).toEqual([]);
    },
  );

  test('what is denied below a field that logs in stops nothing', async () => {
    const here = copy(make({ credentialFields: ['Mutation.log_in'] }).schema);
    const { data } = await run(here, 'mutation { chargeCard logIn { token } }', expired());
    expect(data).toMatchObject({ chargeCard: 'charged' });
  });

  test('the rule about operations hears what the credential fields are called', async () => {
    const heard: unknown[] = [];
    const { made, schema } = make({
      credentialFields: ['Mutation.log_in'],
      refuses({ namesHere }) {
        heard.push(namesHere() && [...namesHere()!]);
        return null;
      },
    });
    await run(copy(schema), 'mutation { logIn { token } }', nobody());
    await run(schema, 'mutation { log_in { token } }', nobody());
    expect(heard).toEqual([['logIn'], undefined]);
    expect(made.credentialNamesIn(schema)).toBeUndefined();
  });
});

test('the static pass tells the denials of a renamed field before it runs', async () => {
  const { made, schema } = make();
  const document = parse('mutation { chargeCard sendMail }');
  const operation = document.definitions[0] as OperationDefinitionNode;
  const judged = await made.judge(renamed(schema), document, operation, {}, expired());
  expect(judged.refuseAll).toBe(true);
  expect(judged.denials.map(({ path }) => path)).toEqual([['sendMail']]);
  expect(judged.denials[0]?.extensions['coordinate']).toBe('Mutation.send_mail');
});

test('one document means on each schema what its names mean there', async () => {
  const { made, schema } = make();
  const swapped = mapSchema(schema, {
    [MapperKind.MUTATION_ROOT_FIELD]: (config, name) =>
      name === 'charge_card'
        ? ['send_mail', config]
        : name === 'send_mail'
          ? ['charge_card', config]
          : undefined,
  });
  const document = parse('mutation { send_mail }');
  const operation = document.definitions[0] as OperationDefinitionNode;
  const denials = async (here: GraphQLSchema) =>
    (await made.judge(here, document, operation, {}, expired())).denials.length;
  expect([await denials(schema), await denials(swapped), await denials(schema)]).toEqual([1, 0, 1]);
});

test('what is denied below a field that was added later refuses the mutation', async () => {
  const copy = extendSchema(make().schema, parse('extend type Mutation { more: Box }'));
  const { data } = await run(copy, 'mutation { charge_card more { shut_part } }', expired());
  expect(plain(data)).toEqual({ charge_card: null, more: null });
  expect(ran).toEqual([]);
});

test('an operation with a field that was added later counts as one that asks', () => {
  const { made, schema } = make();
  const copy = extendSchema(schema, parse('extend type Query { more: String }'));
  const asks = (source: string) => {
    const document = parse(source);
    return made.asks(copy, document, document.definitions[0] as OperationDefinitionNode);
  };
  expect([asks('{ more }'), asks('{ open_one }'), asks('{ shut_one }')]).toEqual([
    true,
    false,
    true,
  ]);
});
