import { composeServices } from '@apollo/composition';
import { describe, expect, test } from '@jest/globals';
import { parse, print, visit } from 'graphql';
import { federationSdl } from '../../src/directives/federationSdl.js';
import { typeDefs } from '../../src/generated/typeDefs.js';
import { guardTypeDefs } from '../../src/directives/directives.js';

const link = (version: string, args = '') =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/${version}"${args && `, ${args}`})`;
const federated = (sdl: string) => {
  const { document, omitted } = federationSdl(parse(sdl));
  return { sdl: print(document), omitted };
};
/** The supergraph of these subgraphs; throws what composition says against it. */
function compose(...sdls: string[]): string {
  const { errors, supergraphSdl } = composeServices(
    sdls.map((sdl, at) => ({ name: `s${at}`, url: `http://s${at}`, typeDefs: parse(sdl) })),
  );
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** The uses of guards, by whatever name, in a schema that composition has made. */
function guardsIn(supergraph: string): string[] {
  const uses: string[] = [];
  visit(parse(supergraph), {
    Directive: (use) => {
      if (!/^(join__|link$)/.test(use.name.value)) uses.push(print(use));
    },
  });
  return uses.sort();
}

const everything = `
  interface I @authenticated { a: Int @requiresScopes(scopes: [["i"]]) }
  type T implements I @requiresScopes(scopes: [["t"]]) { a: Int b(x: Int @authenticated): S e: E }
  scalar S @authenticated
  enum E @requiresScopes(scopes: [["e"]]) { A }
  input In { a: Int @hasRole(roles: ["r"]) b: Int @authenticated }
  type Query { t(in: In): T @authenticated open: Int @public mine: Int @hasRole(roles: ["r"]) }
`;
const omittedFromEverything = [
  'I: @authenticated is left out, because Federation does not take it on an interface.',
  'I.a: @requiresScopes is left out, because Federation does not take it on a field of an interface.',
  'T.b(x:): @authenticated is left out, because Federation does not take it on an argument.',
  'In.a: @hasRole is left out, because Federation has no such directive.',
  'In.b: @authenticated is left out, because Federation does not take it on an input field.',
  'Query.open: @public is left out, because Federation has no such directive.',
  'Query.mine: @hasRole is left out, because Federation has no such directive.',
];

describe('what composition is given', () => {
  test('it accepts, where it would refuse or ignore what we give it', () => {
    const subgraph = `${link('v2.9', 'import: ["@authenticated", "@requiresScopes"]')} ${guardTypeDefs} ${everything}`;
    expect(() => compose(subgraph)).toThrow('non-subset');
    const { sdl, omitted } = federated(subgraph);
    expect(omitted).toEqual(omittedFromEverything);
    expect(compose(sdl)).toContain('https://specs.apollo.dev/requiresScopes/v0.1');
  });

  test.each([
    ['without a link', '', '@authenticated'],
    ['with a link that imports no guard', link('v2.9', 'import: ["@key"]'), '@authenticated'],
    [
      'with a link that renames one',
      link('v2.9', 'as: "fed", import: [{name: "@authenticated", as: "@in"}]'),
      '@in',
    ],
  ])('%s: what it accepts is in the supergraph, the rest nowhere', (_, header, login) => {
    const { sdl, omitted } = federated(`${header} ${guardTypeDefs} ${everything}`);
    expect(omitted).toEqual(omittedFromEverything);
    // What an object asks for composition puts on its interface, too.
    expect(guardsIn(compose(sdl))).toEqual(
      [
        login,
        login,
        '@requiresScopes(scopes: [["e"]])',
        '@requiresScopes(scopes: [["t"]])',
        '@requiresScopes(scopes: [["t"]])',
      ].sort(),
    );
  });

  test('it fits to subgraphs that import the guards themselves', () => {
    const { sdl } = federated(
      `${link('v2.9', 'import: ["@key"]')} ${guardTypeDefs} type Query { f: Int @authenticated g: Int @federation__authenticated }`,
    );
    const other = `${link('v2.9', 'import: ["@authenticated"]')} type Query { h: Int @authenticated }`;
    expect(guardsIn(compose(sdl, other))).toEqual(Array(3).fill('@authenticated'));
  });

  test('a guard that goes by its prefix alone keeps it', () => {
    const sdl = `${link('v2.9')} type Query { f: Int @federation__authenticated }`;
    expect(federated(sdl)).toEqual({ sdl: print(parse(sdl)), omitted: [] });
  });

  test('a link is added at the top where there is none, and imports what is used', () => {
    const { sdl } = federated('type Query { f: Int @authenticated g: Int @hasRole(roles: ["r"]) }');
    expect(sdl)
      .toBe(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated"])

type Query {
  f: Int @authenticated
  g: Int
}`);
    expect(federated('type Query { f: Int }').sdl).toMatch(
      /^extend schema @link\(url: "[^"]+"\)\n/,
    );
  });

  test('our own API composes', () => {
    const { sdl, omitted } = federated(typeDefs);
    expect(omitted).toContain(
      'Mutation.login: @public is left out, because Federation has no such directive.',
    );
    expect(compose(sdl)).toMatch(
      /roles: \[Role!\].*@requiresScopes\(scopes: \[\["users:read"\]\]\)/s,
    );
  });
});

describe('what composition does not know', () => {
  test('a guard that is used twice is one, which asks for both', () => {
    const { sdl, omitted } = federated(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
      directive @requiresScopes(scopes: [[Scope!]!]!) repeatable on FIELD_DEFINITION | OBJECT
      scalar Scope
      type T @requiresScopes(scopes: [["t"]]) {
        a: Int @requiresScopes(scopes: [["a"], ["b"]]) @requiresScopes(scopes: [["b", "c"]])
      }
      extend type T @requiresScopes(scopes: [["u"]])
      type Query { t: T }`);
    expect(omitted).toEqual([]);
    expect(guardsIn(compose(sdl))).toEqual([
      '@requiresScopes(scopes: [["a", "b", "c"], ["b", "c"]])',
      '@requiresScopes(scopes: [["t", "u"]])',
    ]);
  });

  test('an extension of which nothing is left is left out', () => {
    const { sdl, omitted } = federated(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
      directive @hasRole(roles: [String!]!) repeatable on OBJECT
      type T { a: Int }
      extend type T @hasRole(roles: ["r"])
      type Query { t: T }`);
    expect(omitted).toHaveLength(1);
    expect(() => parse(sdl)).not.toThrow();
    compose(sdl);
  });

  test('an interface object takes no guard', () => {
    const header = link('v2.9', 'import: ["@key", "@interfaceObject", "@authenticated"]');
    const { sdl, omitted } = federated(
      `${header} type I @key(fields: "id") @interfaceObject @authenticated { id: ID! a: Int @authenticated } type Query { i: I }`,
    );
    expect(omitted).toEqual([
      'I: @authenticated is left out, because Federation does not take it on an interface object.',
    ]);
    expect(sdl).toContain('a: Int @authenticated');
  });

  test('a version before a guard came', () => {
    const { omitted } = federated(`${link('v2.3')} type Query { f: Int @authenticated }`);
    expect(omitted).toEqual([
      'Query.f: @authenticated is left out, because Federation has it since v2.5, and this schema links v2.3.',
    ]);
  });

  test('Federation 1 stays what it is, without guards', () => {
    const { sdl, omitted } = federated(
      'type T @key(fields: "id") { id: ID! } type Query { t: T @authenticated }',
    );
    expect(sdl).not.toContain('@link');
    expect(omitted).toEqual([
      'Query.t: @authenticated is left out, because Federation 1 has no guards.',
    ]);
    compose(sdl);
  });

  test('the scalar Scope stays where the schema itself uses it', () => {
    const { sdl } = federated(`${guardTypeDefs} type Query { f: Scope @authenticated }`);
    expect(sdl).toContain('scalar Scope');
    expect(federated(`${guardTypeDefs} type Query { f: Int }`).sdl).not.toContain('scalar');
  });
});
