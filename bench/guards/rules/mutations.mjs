const staticPass = '../test/directives/staticPass.test.ts';
const property = '../test/directives/property.test.ts';
const guard = '../test/directives/guard.test.ts';
const secret = { __typename: 'Secret', word: 'SECRET' };

const given = {
  tests: [staticPass],
  hasEffect: true,
  sdl: `
    interface Node { word: String }
    type Secret implements Node @authenticated { word: String }
    type Open implements Node { word: String }
    type Query { a: Int }
    type Mutation { write: Secret writeNode: Node touch: Int secret: String @authenticated }
  `,
  resolvers: (ran) => ({
    Mutation: {
      write: () => (ran(), secret),
      writeNode: () => (ran(), secret),
      touch: () => (ran(), 1),
      secret: () => (ran(), 'SECRET'),
    },
  }),
};

export const mutations = [
  {
    ...given,
    tests: [guard, property],
    rule: 'A mutation that is denied by the type of its payload has no effect',
    claim: 'payload',
    instead: 'the mutation takes effect',
    documents: ['mutation { write { word } }'],
    router: ['documented: removed before planning', '#authenticated'],
  },
  {
    ...given,
    tests: [guard, property],
    rule: 'The same, where only `__typename` of the payload is asked for',
    claim: 'typename',
    instead: 'the mutation takes effect',
    secret: /Secret/,
    documents: ['mutation { write { __typename } }'],
    router: null,
  },
  {
    ...given,
    rule: 'A mutation with an abstract payload of which one type is denied has no effect',
    claim: 'payload',
    instead: 'the mutation takes effect',
    documents: [
      'mutation { writeNode { word } }',
      'mutation { writeNode { ... on Secret { word } } }',
    ],
    router: ['documented for interfaces: removed before planning', '#authorization-and-interfaces'],
  },
  {
    ...given,
    rule: 'A mutation that is denied in part, with an expired token, runs nothing: not its open fields either',
    user: 'expired',
    claim: 'whole',
    instead: 'the open field takes effect',
    documents: ['mutation { touch secret }'],
    late: 'the open field takes effect',
    router: ['documented: a token that expired over 60 s ago refuses the request', 'jwt'],
  },
];
