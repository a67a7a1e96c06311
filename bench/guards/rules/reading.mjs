/** What is protected says SECRET; a guarded resolver calls `ran` when it runs. */
const secret = { __typename: 'Secret', id: 'SECRET', word: 'SECRET' };
const open = { __typename: 'Open', id: 'o', word: 'o' };
const objectCheck = '../test/directives/objectCheck.test.ts';
const guard = '../test/directives/guard.test.ts';
const property = '../test/directives/property.test.ts';

const types = (ofNode, ofSecret, ofWord = '', ofNodeWord = '') => `
  interface Node ${ofNode} { id: ID word: String ${ofNodeWord} }
  type Secret implements Node ${ofSecret} { id: ID word: String ${ofWord} }
  type Open implements Node { id: ID word: String }
  union Any = Secret | Open
  type Query { node(id: ID): Node any: Any nested: [[Node]] secret: Secret }
`;
const guardedType = types('', '@authenticated');
const resolvers = () => ({
  Query: {
    node: () => secret,
    any: () => secret,
    nested: () => [[open, secret], [secret]],
    secret: () => secret,
  },
});
const guardedField = {
  sdl: `type Query { word: String @authenticated open: Int }`,
  resolvers: (ran) => ({ Query: { word: () => (ran(), 'SECRET') } }),
};

export const reading = [
  {
    rule: 'Field of an implementor, directive there only, read through the interface',
    tests: [objectCheck, property],
    sdl: types('', '', '@authenticated'),
    resolvers,
    documents: ['{ node { word } }'],
    router: ['documented: denied', '#authorization-and-interfaces'],
  },
  {
    rule: 'Type behind an interface, directive on the implementor only',
    tests: [objectCheck],
    sdl: guardedType,
    resolvers,
    documents: ['{ node { word } }', '{ node { ... on Secret { word } } }'],
    router: ['documented: denied', '#authorization-and-interfaces'],
  },
  {
    rule: 'Directive on the field of the interface only, read through the implementor',
    tests: [guard],
    claim: 'interface',
    instead: 'the field is answered',
    sdl: types('', '', '', '@authenticated'),
    resolvers,
    documents: ['{ secret { word } }', '{ node { ... on Secret { word } } }'],
    router: ['documented: refused by composition since Federation 2.9', '#authenticated'],
  },
  {
    rule: 'Directive on the interface type only, read through the implementor',
    tests: [guard],
    claim: 'interface',
    instead: 'the field is answered',
    needs: 'interfaceType',
    sdl: types('@authenticated', ''),
    resolvers,
    documents: ['{ secret { word } }', '{ node { ... on Secret { word } } }'],
    router: ['documented: refused by composition since Federation 2.9', '#authenticated'],
  },
  {
    rule: 'Through a union',
    tests: [objectCheck],
    sdl: guardedType,
    resolvers,
    documents: ['{ any { ... on Secret { word } } }', '{ any { ... on Node { word } } }'],
    router: ['by its own tests: a fragment on the member is filtered', 'union'],
  },
  {
    rule: 'Through inline and named fragments',
    tests: [objectCheck],
    ...guardedField,
    documents: [
      '{ ... { word } }',
      '{ ... on Query { word } }',
      '{ ...F } fragment F on Query { ...G } fragment G on Query { word }',
    ],
    router: [
      'documented for inline ones: denied',
      '#polymorphic-types-with-different-requirements',
    ],
  },
  {
    rule: 'By an alias, also one of an open field',
    tests: [guard, objectCheck],
    ...guardedField,
    documents: ['{ open: word }', '{ open word: open other: word }'],
    router: ['by its own tests: denied', 'query_field_alias'],
  },
  {
    rule: 'In nested lists',
    tests: [objectCheck],
    sdl: guardedType,
    resolvers,
    documents: ['{ nested { word } }', '{ nested { ... on Secret { word } } }'],
    router: null,
  },
  {
    rule: 'By `node(id)`',
    tests: [objectCheck],
    sdl: guardedType,
    resolvers,
    documents: ['{ node(id: "s") { id } }', 'query ($id: ID) { node(id: $id) { id } }'],
    router: [
      'documented, as any field that returns an interface: denied',
      '#authorization-and-interfaces',
    ],
  },
  {
    rule: '`__typename` of a protected object',
    tests: [objectCheck],
    claim: 'typename',
    instead: 'the name is answered',
    sdl: guardedType,
    resolvers,
    secret: /Secret/,
    documents: ['{ secret { __typename } }', '{ node { __typename } }'],
    router: ['by its own tests: answered where an interface is returned', 'interface_typename-2'],
  },
  {
    rule: 'Directive on the type that a field returns: the resolver of that field does not run',
    tests: [guard],
    sdl: guardedType,
    resolvers: (ran) => ({ Query: { secret: () => (ran(), secret) } }),
    claim: 'payload',
    instead: 'that resolver runs',
    documents: ['{ secret { word } }'],
    router: ['documented: removed before planning', '#authenticated'],
  },
  {
    rule: 'Directive on a scalar or an enum that a field returns',
    tests: [guard],
    needs: 'output',
    sdl: `
      scalar Money @authenticated
      enum Kind @authenticated { SECRET }
      type Query { price: Money kind: [Kind!] }
    `,
    resolvers: (ran) => ({
      Query: { price: () => (ran(), 'SECRET'), kind: () => (ran(), ['SECRET']) },
    }),
    documents: ['{ price }', '{ kind }'],
    router: ['documented: its directives stand on both', '#authenticated'],
  },
];
