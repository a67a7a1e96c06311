const suppliedInputs = '../test/directives/suppliedInputs.test.ts';

const given = {
  tests: [suppliedInputs],
  needs: 'argument',
  sdl: `
    input In { open: Int role: String @authenticated deep: [[In!]] }
    type Query { f(arg: Int @authenticated, in: In): String }
  `,
  resolvers: (ran) => ({ Query: { f: () => (ran(), 'SECRET') } }),
  router: ['not covered: its directives stand on fields and output types', '#authenticated'],
};

export const inputs = [
  {
    ...given,
    rule: 'Directive on an argument',
    documents: ['{ f(arg: 1) }', ['query ($v: Int) { f(arg: $v) }', { v: 1 }]],
  },
  {
    ...given,
    rule: 'Directive on an input field: nested, inside a variable',
    documents: [
      '{ f(in: { deep: [[{ role: "x" }]] }) }',
      ['query ($v: In) { f(in: $v) }', { v: { deep: [{ role: 'x' }] } }],
      ['query ($v: String) { f(in: { role: $v }) }', { v: 'x' }],
    ],
  },
  {
    ...given,
    rule: 'An explicit null counts as supplied',
    documents: [
      '{ f(arg: null) }',
      '{ f(in: { role: null }) }',
      ['query ($v: In) { f(in: $v) }', { v: { role: null } }],
    ],
  },
  {
    ...given,
    rule: 'The default of a variable of the operation counts as supplied',
    documents: [
      'query ($v: Int = 1) { f(arg: $v) }',
      'query ($v: In = { role: "x" }) { f(in: $v) }',
    ],
  },
];
