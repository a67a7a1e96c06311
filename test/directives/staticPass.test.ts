import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parse, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Guards } from '../../src/directives/guard.js';
import type { Judgement } from '../../src/directives/judgement.js';
import type { ViewerContext } from '../../src/viewer.js';
import { build, contextOf, expired, guards, nobody, run, somebody } from './support.js';

const sdl = `
  interface Thing { id: ID }
  type Plain implements Thing { id: ID note: String @requiresScopes(scopes: [["n"]]) }
  type Secret implements Thing @requiresScopes(scopes: [["s"]]) { id: ID }
  type Query { things: [Thing] plain: Plain open: Int }
  type Mutation {
    free: Int
    closed: Int @authenticated
    plain: Plain
    thing: Thing
    things: [Thing!]
  }
`;
const effect = jest.fn();
const does = (value: unknown) => () => {
  effect();
  return value;
};
const resolvers = {
  Query: { things: does([{ __typename: 'Plain' }]), plain: does({}), open: does(1) },
  Mutation: {
    free: does(1),
    closed: does(2),
    plain: does({ id: 'p' }),
    thing: does({ __typename: 'Plain', id: 'p' }),
    things: does([]),
  },
};
const filter = guards();
const reject = guards({ onUnauthorized: 'reject' });
const filtered = filter.guard(build(sdl, resolvers));
const rejecting = reject.guard(build(sdl, resolvers));

beforeEach(() => {
  effect.mockClear();
});

function judge(
  by: Guards,
  schema: GraphQLSchema,
  source: string,
  context: ViewerContext,
  raw = {},
) {
  const document = parse(source);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const judgement = by.judge(schema, document, operation, raw, context) as Judgement;
  const { denials, refuseAll } = judgement;
  const shown = denials.map(({ path, extensions }) => [path?.join('.'), extensions['coordinate']]);
  return { denials: shown, refuseAll };
}

describe('a denied mutation has no effect', () => {
  test('behind twenty thousand open fields, too', async () => {
    const many = Array.from({ length: 20_001 }, (_, at) => `a${at}: id`).join(' ');
    await run(filtered, `mutation { free plain { ${many} note } }`, expired());
    expect(effect).not.toHaveBeenCalled();
  });

  test('denied for good it is left out, and the others run', async () => {
    const { data, denied } = await run(filtered, 'mutation { free closed }', nobody());
    expect({ data, denied }).toMatchObject({
      data: { free: 1, closed: null },
      denied: [{ path: 'closed' }],
    });
    expect(effect).toHaveBeenCalledTimes(1);
  });

  test.each(['thing { id }', 'things { id }'])(
    'one that returns an abstract type asks for all possible types: %s',
    async (field) => {
      const { denied } = await run(filtered, `mutation { ${field} }`, somebody());
      expect(denied).toMatchObject([{ code: 'FORBIDDEN' }]);
      expect(effect).not.toHaveBeenCalled();
      await run(filtered, `mutation { ${field} }`, somebody({ scopes: ['s'] }));
      expect(effect).toHaveBeenCalledTimes(1);
    },
  );
});

describe('a mutation that a renewed token would cure runs not at all', () => {
  const refreshable = [
    expired(),
    contextOf({ kind: 'rejected', reason: 'TOKEN_STALE' }),
    contextOf({ kind: 'none', refreshable: true }),
  ];

  test('not even its open fields, without any help of a server', async () => {
    for (const context of refreshable) {
      const { data, denied } = await run(filtered, 'mutation { free closed again: free }', context);
      expect(data).toEqual({ free: null, closed: null, again: null });
      expect(denied.map(({ path, coordinate }) => [path, coordinate])).toEqual([
        ['free', 'Mutation.closed'],
        ['closed', 'Mutation.closed'],
        ['again', 'Mutation.closed'],
      ]);
    }
    expect(effect).not.toHaveBeenCalled();
  });

  test('a denial deep below counts, also one that only some possible types make', async () => {
    for (const field of ['plain { n: note }', 'thing { ... on Plain { n: note } }']) {
      const { denied } = await run(filtered, `mutation { free ${field} }`, expired());
      expect(denied.length).toBeGreaterThan(0);
    }
    const { denied } = await run(filtered, 'mutation { plain { n: note } }', expired());
    expect(denied).toEqual([
      { path: 'plain.n', code: 'UNAUTHENTICATED', coordinate: 'Plain.note' },
    ]);
    expect(effect).not.toHaveBeenCalled();
  });

  test('a selection that is skipped does not count', async () => {
    const source = 'mutation ($no: Boolean!) { free closed @include(if: $no) }';
    const { data } = await run(filtered, source, expired(), { no: false });
    expect(data).toEqual({ free: 1 });
  });

  test('queries, and denials that nothing cures, let the rest run', async () => {
    expect((await run(filtered, '{ open plain { note } }', expired())).data).toEqual({
      open: 1,
      plain: { note: null },
    });
    const revoked = contextOf({ kind: 'rejected', reason: 'TOKEN_REVOKED' });
    expect((await run(filtered, 'mutation { free closed }', revoked)).data).toMatchObject({
      free: 1,
    });
  });
});

describe('reject', () => {
  test('nothing of an operation runs in which anything is denied', async () => {
    const { data } = await run(rejecting, '{ open plain { note } }', somebody());
    expect(data).toEqual({ open: null, plain: null });
    expect(effect).not.toHaveBeenCalled();
    expect((await run(rejecting, '{ open }', somebody())).data).toEqual({ open: 1 });
  });

  test('abstract types are taken as all of their possible types', async () => {
    await run(rejecting, '{ things { id } }', somebody());
    expect(effect).not.toHaveBeenCalled();
    await run(rejecting, '{ things { id } }', somebody({ scopes: ['s'] }));
    expect(effect).toHaveBeenCalledTimes(1);
  });
});

describe('judge', () => {
  test('one error for each denied field at its aliased path without indices', () => {
    const source =
      'query ($y: Boolean!) { t: things { id } p: plain { ...F again: note off: note @skip(if: $y) } } fragment F on Plain { n: note }';
    expect(judge(reject, rejecting, source, somebody(), { y: true })).toEqual({
      refuseAll: true,
      denials: [
        ['t', 'Query.things'],
        ['p.n', 'Plain.note'],
        ['p.again', 'Plain.note'],
      ],
    });
  });

  test('the same field of several types, or twice by fragments, is one denial', () => {
    const source =
      'mutation { plain { note ...F ...F } } fragment F on Plain { note ... on Thing { ... on Plain { note } } }';
    expect(judge(filter, filtered, source, expired())).toEqual({
      refuseAll: true,
      denials: [['plain.note', 'Plain.note']],
    });
  });

  test('under filter only a refreshable mutation is refused whole', () => {
    expect(judge(filter, filtered, 'mutation { closed }', nobody())).toMatchObject({
      refuseAll: false,
      denials: [['closed', 'Mutation.closed']],
    });
    expect(judge(filter, filtered, '{ plain { note } }', expired()).refuseAll).toBe(false);
    expect(judge(filter, filtered, 'mutation { free }', expired())).toEqual({
      refuseAll: false,
      denials: [],
    });
  });

  test('variables that GraphQL refuses itself are left to it', () => {
    const source = 'query ($y: Boolean!) { plain { note @skip(if: $y) } }';
    expect(judge(reject, rejecting, source, nobody(), {})).toEqual({
      denials: [],
      refuseAll: false,
    });
  });

  test.each(['@skip', '@include'])(
    'what stands under %s is judged where its variable, which has a default, is sent as null',
    (directive) => {
      const source = `query ($y: Boolean = true) { open plain { note ${directive}(if: $y) } }`;
      expect(judge(reject, rejecting, source, somebody(), { y: null })).toEqual({
        denials: [['plain.note', 'Plain.note']],
        refuseAll: true,
      });
    },
  );

  test('a hostile document of doubling fragments is answered in bounds', () => {
    const levels = Array.from(
      { length: 24 },
      (_, at) => `fragment F${at} on P { a: p { ...F${at + 1} } b: p { ...F${at + 1} } }`,
    );
    const deep = build('type P { p: P x: Int @authenticated } type Query { p: P }');
    const by = guards({ onUnauthorized: 'reject' });
    const source = `query { p { ...F0 } } ${levels.join(' ')} fragment F24 on P { x }`;
    const schema = by.guard(deep);
    // Sixteen million fields: without the bound the test would not come to an end.
    expect(judge(by, schema, source, nobody()).denials).toHaveLength(1000);
  });
});
