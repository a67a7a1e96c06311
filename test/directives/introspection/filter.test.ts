import { describe, expect, test } from '@jest/globals';
import { execute as executeWithTools } from '@graphql-tools/executor';
import { mapSchema } from '@graphql-tools/utils';
import {
  execute,
  getOperationAST,
  parse,
  validateSchema,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { compileSchema } from '../../../src/directives/compile.js';
import { createViews } from '../../../src/directives/introspection/filter.js';
import { perObject } from '../../../src/directives/policies.js';
import { build, expired, guarded, guards, nobody, plain, run, somebody } from '../support.js';
import { ask, coordinatesOf, fullQuery, seenBy } from './support.js';

/** Whatever has "secret" in its name is open to the scope "s" only. */
const sdl = `
  type Query {
    open(secretly: SecretIn, by: Filter, n: Int): Open
    nodes: [Node!]
    any: Any
    kind: Kind
    again: Query
    secret: Secret @requiresScopes(scopes: [["s"]])
    byInput(by: NeedsSecret!): Int
    onlySecretly: SecretColor
    ring: SecretRing @requiresScopes(scopes: [["s"]])
  }
  type Mutation { secretly(with: SecretIn): Open @requiresScopes(scopes: [["s"]]) }
  type Subscription { secretEvents: Int @requiresScopes(scopes: [["s"]]) }
  interface Node { id: ID secretNote: String @requiresScopes(scopes: [["s"]]) }
  interface SecretNode implements Node @requiresScopes(scopes: [["s"]]) { id: ID secretNote: String }
  type Open implements Node { id: ID secretNote: String secret: Secret old: Int @deprecated secretOld: Int @deprecated @requiresScopes(scopes: [["s"]]) }
  type Secret implements Node & SecretNode @requiresScopes(scopes: [["s"]]) { id: ID secretNote: String in: SecretKind }
  type SecretRing { next: SecretRing @requiresScopes(scopes: [["s"]]) }
  union Any = Open | Secret
  union SecretAny = Secret
  enum Kind { A }
  enum SecretKind { SECRET_VALUE }
  scalar SecretColor @requiresScopes(scopes: [["s"]]) @specifiedBy(url: "https://example.com/secret")
  input Filter { n: Int, secretField: Int = 7 @requiresScopes(scopes: [["s"]]), deep: SecretIn @requiresScopes(scopes: [["s"]]) }
  input SecretIn { a: SecretKind! @requiresScopes(scopes: [["s"]]) }
  input NeedsSecret { a: Int, b: SecretIn! }
  directive @secretly(in: SecretIn!) on FIELD
`;

/** Scalars of GraphQL, and of the definitions of guards. */
const standing = ['Boolean', 'Int', 'ID', 'String', 'Scope', 'Policy'];

const filtered = (options: object = {}): GraphQLSchema =>
  guarded(sdl, {}, { filterIntrospection: true, ...options });

const typeFields = `
  kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) { name args(includeDeprecated: true) { name defaultValue type { ...Ref } } type { ...Ref } }
  inputFields(includeDeprecated: true) { name defaultValue type { ...Ref } }
  interfaces { ...Ref } possibleTypes { ...Ref } enumValues(includeDeprecated: true) { name } ofType { ...Ref }`;
const ref = `fragment Ref on __Type { name ofType { name ofType { name ofType { name } } } }`;

/** Each asks for all that it can come to, in another shape. */
const shapes: Record<string, string> = {
  'the query of tools': fullQuery,
  'fragments on __Schema and __Type': `
    query { ...Q } fragment Q on Query { __schema { ...S } }
    fragment S on __Schema { types { ...T } queryType { ...T } mutationType { ...T } subscriptionType { ...T } directives { name args { name type { ...T } } } }
    fragment T on __Type { ${typeFields} } ${ref}`,
  'aliases and inline fragments': `
    { ... on Query { s: __schema { ... on __Schema { t: types { ... on __Type { n: name p: possibleTypes { n: name f: fields { n: name } } } } } } } }`,
  'walking from one type': `
    { __type(name: "Query") { ...W fields { type { ...W fields { type { ...W fields { type { ...W } } } } } } } }
    fragment W on __Type { ${typeFields} interfaces { ${typeFields} possibleTypes { ${typeFields} } } possibleTypes { ${typeFields} interfaces { ${typeFields} } } } ${ref}`,
  'below a field that returns Query': `
    { again { again { __schema { types { ${typeFields} } } __type(name: "Node") { possibleTypes { ${typeFields} } } } } } ${ref}`,
  'through an interface and a union': `
    { i: __type(name: "Node") { possibleTypes { ${typeFields} interfaces { ${typeFields} } } }
      u: __type(name: "Any") { possibleTypes { ${typeFields} } } } ${ref}`,
};
const again = { Query: { again: () => ({}) } };

describe.each(Object.entries(shapes))('%s', (_, source) => {
  test('names nothing that is hidden, and all of the rest', () => {
    const schema = guarded(sdl, again, { filterIntrospection: true });
    const answer = JSON.stringify(ask(schema, source, somebody()));
    expect(answer.match(/\w*secret\w*/i)?.[0]).toBeUndefined();
    expect(answer).toMatch(/"Open"/);
  });

  test('is answered whole to one who holds everything', () => {
    const holder = somebody({ scopes: ['s'] });
    const schema = guarded(sdl, again, { filterIntrospection: true });
    expect(JSON.stringify(ask(schema, source, holder))).toMatch(/Secret/);
  });
});

describe('every type by name', () => {
  const source = `query($name: String!) { __type(name: $name) { name ${typeFields} } } ${ref}`;
  const names = Object.keys(build(sdl).getTypeMap());

  const hidden = names.filter((name) => /secret/i.test(name));
  test.each([...hidden, 'Mutation', 'Subscription', 'Nobody'])('%s is null', (name) => {
    expect(ask(filtered(), source, somebody(), { name })).toEqual({ __type: null });
  });

  test.each(['Query', 'Node', 'Open', 'Any', 'Kind', 'Filter', '__Type'])(
    '%s names nothing hidden',
    (name) => {
      const { __type } = ask(filtered(), source, somebody(), { name }) as { __type: object };
      expect(JSON.stringify(__type)).not.toMatch(/secret/i);
      expect(__type).toMatchObject({ name });
    },
  );
});

describe('what stays valid', () => {
  test('a hidden field is denied with its own code, not unknown', async () => {
    const { data, denied } = await run(filtered(), '{ secret { id } open { id } }', somebody());
    expect(data).toEqual({ secret: null, open: null });
    expect(denied).toEqual([{ path: 'secret', code: 'FORBIDDEN', coordinate: 'Query.secret' }]);
  });

  test('one whose token has expired is told so, whatever is hidden from them', async () => {
    const { errors } = await run(filtered(), '{ secret { id } }', expired());
    expect(errors?.[0]?.extensions['reason']).toBe('TOKEN_EXPIRED');
  });

  test('the schema that runs has all of its fields', () => {
    const schema = filtered();
    ask(schema, fullQuery, nobody());
    expect(coordinatesOf(schema)).toEqual(coordinatesOf(build(sdl)));
  });
});

describe('what is seen', () => {
  test('is what is left of the schema, and it is valid', () => {
    const seen = seenBy(filtered(), nobody());
    expect(validateSchema(seen)).toEqual([]);
    expect(coordinatesOf(seen).filter((each) => !standing.includes(each))).toEqual([
      'Query',
      'Query.open',
      'Query.open(by:)',
      'Query.open(n:)',
      'Query.nodes',
      'Query.any',
      'Query.kind',
      'Query.again',
      'Node',
      'Node.id',
      'Open',
      'Open.id',
      'Open.old',
      'Any',
      'Kind',
      'Filter',
      'Filter.n',
    ]);
  });

  test('is everything for one who holds everything, but types that nothing comes to', () => {
    const seen = coordinatesOf(seenBy(filtered(), somebody({ scopes: ['s'] })));
    const all = coordinatesOf(build(sdl)).filter((each) => each !== 'SecretAny');
    expect(seen.sort()).toEqual(all.sort());
  });

  test('a deprecated field is shown to those alone who ask for it', () => {
    const fields = (args: string) =>
      ask(filtered(), `{ __type(name: "Open") { fields${args} { name } } }`, nobody());
    expect(JSON.stringify(fields(''))).not.toContain('old');
    expect(JSON.stringify(fields('(includeDeprecated: true)'))).toContain('old');
  });

  test('a default value names no hidden input field', () => {
    const schema = guarded(
      `type Query { f(by: In = { open: 1, secret: 2 }): Int }
       input In { open: Int, secret: Int @authenticated }`,
      {},
      { filterIntrospection: true },
    );
    const source = '{ __type(name: "Query") { fields { args { defaultValue } } } }';
    const shown = (context: object) => JSON.stringify(ask(schema, source, context));
    expect(shown(nobody())).toContain('{open: 1}');
    expect(shown(somebody())).toContain('{open: 1, secret: 2}');
  });

  test('under protect-all nobody sees public fields only', () => {
    const schema = guarded(
      'type Query { mine: Mine motd: String @public } type Mine { id: ID }',
      {},
      { filterIntrospection: true, mode: 'protect-all' },
    );
    const seen = (context: object) => coordinatesOf(seenBy(schema, context));
    expect(seen(nobody()).filter((each) => !standing.includes(each))).toEqual([
      'Query',
      'Query.motd',
    ]);
    expect(seen(somebody())).toContain('Mine.id');
  });

  test('a field of a union is shown under filter while one member is open, under reject not', () => {
    const seen = (onUnauthorized: string) =>
      coordinatesOf(seenBy(filtered({ onUnauthorized }), nobody()));
    expect(seen('filter')).toContain('Query.any');
    expect(seen('reject')).not.toContain('Query.any');
  });

  test('a mutation that returns one is hidden either way, because it would be denied', () => {
    const schema = guarded(
      `type Query { u: U } type Mutation { u: U } union U = A | B
       type A { a: Int } type B @authenticated { b: Int }`,
      {},
      { filterIntrospection: true },
    );
    const seen = coordinatesOf(seenBy(schema, nobody()));
    expect(seen).toContain('Query.u');
    expect(seen).not.toContain('Mutation');
  });

  test('a field of an interface is hidden where one of its types denies it', () => {
    const schema = guarded(
      `type Query { i: I a: A } interface I { x: Int y: Int }
       type A implements I { x: Int y: Int } type B implements I { x: Int @authenticated y: Int }`,
      {},
      { filterIntrospection: true },
    );
    const seen = coordinatesOf(seenBy(schema, nobody()));
    expect(seen).toEqual(expect.arrayContaining(['I.y', 'A.x', 'B.y']));
    expect(seen).not.toContain('I.x');
    expect(seen).not.toContain('B.x');
  });

  test('an object that only a hidden field returns is not given away by its interface', () => {
    const schema = guarded(
      `type Query { a: A b: B @authenticated } interface I { id: ID }
       type A implements I { id: ID } type B implements I { id: ID }`,
      {},
      { filterIntrospection: true },
    );
    const source = '{ __type(name: "I") { possibleTypes { name } } }';
    const named = (context: object) => ask(schema, source, context).__type.possibleTypes;
    expect(named(nobody())).toEqual([{ name: 'A' }]);
    expect(named(somebody())).toEqual([{ name: 'A' }, { name: 'B' }]);
  });
});

describe('where nothing is open', () => {
  const nothing = () =>
    guarded(
      'type Query { a: Int _empty: Int } type Mutation { a: Int }',
      {},
      { filterIntrospection: true, mode: 'protect-all' },
    );

  test('the schema is valid, and has one field which says so', () => {
    const seen = seenBy(nothing(), nobody());
    expect(validateSchema(seen)).toEqual([]);
    expect(Object.keys(seen.getQueryType()?.getFields() ?? {})).toEqual(['_empty_']);
    expect(seen.getMutationType() ?? null).toBeNull();
  });

  test('that field takes no name that is hidden', () => {
    const seen = seenBy(nothing(), nobody());
    expect(coordinatesOf(seen)).not.toContain('Query.a');
  });
});

describe('in any server', () => {
  test('a copy that another tool makes is filtered as well', () => {
    const copy = mapSchema(filtered(), {});
    expect(JSON.stringify(ask(copy, fullQuery, nobody()))).not.toMatch(/secret/i);
  });

  test('the executor of GraphQL Yoga and Envelop answers the same', async () => {
    const schema = filtered();
    const result = await executeWithTools({
      schema,
      document: parse(fullQuery),
      contextValue: nobody(),
    });
    expect(plain((result as { data: unknown }).data)).toEqual(ask(schema, fullQuery, nobody()));
  });

  test('a schema without the option answers whole beside one with it', () => {
    ask(filtered(), fullQuery, nobody());
    expect(JSON.stringify(ask(guarded(sdl), fullQuery, nobody()))).toMatch(/SecretKind/);
    expect(JSON.stringify(ask(build(sdl), fullQuery, undefined))).toMatch(/SecretKind/);
  });

  test('the static pass has nothing to say about introspection', async () => {
    const here = guards({ filterIntrospection: true, onUnauthorized: 'reject' });
    const schema = here.guard(build(sdl));
    const document = parse(fullQuery);
    const operation = getOperationAST(document) as OperationDefinitionNode;
    const { denials } = await here.judge(schema, document, operation, {}, nobody());
    expect(denials).toEqual([]);
  });

  test('a context without a credential is a mistake that is told', () => {
    expect(() => ask(filtered(), '{ __schema { types { name } } }', {})).toThrow(/credential/);
  });
});

describe('with policies', () => {
  const seenWith = async (isOpen: boolean, context: object): Promise<string> => {
    const schema = guarded(
      `type Query { asked: Int @policy(policies: [["open"]]) note: Note }
       type Note { id: ID text: String @policy(policies: [["owner"]]) }`,
      {},
      {
        filterIntrospection: true,
        policies: {
          open: () => Promise.resolve(isOpen),
          owner: perObject((items) => items.map(() => false)),
        },
      },
    );
    const { data, errors } = await execute({
      schema,
      document: parse(fullQuery),
      contextValue: context,
    });
    expect(errors).toBeUndefined();
    return JSON.stringify(data);
  };

  test('one about the request decides what is shown', async () => {
    expect(await seenWith(true, nobody())).toContain('"asked"');
    expect(await seenWith(false, nobody())).not.toContain('"asked"');
  });

  test('one over objects counts as allowed', async () => {
    expect(await seenWith(true, nobody())).toContain('"text"');
  });
});

describe('pruned schemas', () => {
  const compiled = compileSchema(build('type Query { a: Int @authenticated b: Int }'), {
    mode: 'granular',
    credentialFields: new Set(),
    isCredentialResolver: () => false,
    isPerObject: () => false,
    filterIntrospection: true,
  });
  const answers = (isOpen: boolean) => () => isOpen;

  test('are shared by all for whom the same is open', () => {
    const view = createViews(compiled, false);
    expect(view(compiled.schema, answers(true))).toBe(view(compiled.schema, answers(true)));
    expect(view(compiled.schema, answers(true))).not.toBe(view(compiled.schema, answers(false)));
  });

  test('are made anew when there are too many to keep', () => {
    const fields = Array.from({ length: 101 }, (_, at) => `f${at}: Int @hasRole(roles: ["${at}"])`);
    const wide = compileSchema(build(`type Query { ${fields.join(' ')} }`), {
      mode: 'granular',
      credentialFields: new Set(),
      isCredentialResolver: () => false,
      isPerObject: () => false,
      filterIntrospection: true,
    });
    const view = createViews(wide, false);
    const holding = (role: number) =>
      view(wide.schema, ({ required }) => required?.[0] === `${role}`);
    const first = holding(0);
    for (let role = 1; role <= 99; role++) holding(role);
    expect(holding(0)).toBe(first);
    for (let role = 1; role <= 100; role++) holding(role);
    expect(holding(0)).not.toBe(first);
  });
});

test('a dry run hides nothing', () => {
  const schema = filtered({ dryRun: true });
  expect(JSON.stringify(ask(schema, fullQuery, nobody()))).toMatch(/SecretKind/);
});
