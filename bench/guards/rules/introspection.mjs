const types = '__schema { types { name } }';

export const introspection = [
  {
    rule: 'Filtered introspection, also where `__schema` stands in a fragment',
    tests: [
      '../test/directives/introspection/filter.test.ts',
      '../test/directives/introspection/property.test.ts',
    ],
    claim: 'introspection',
    kept: 'hidden',
    instead: 'the name is answered',
    sdl: 'type Hidden @authenticated { a: Int } type Query { a: Int hidden: Hidden }',
    options: { filterIntrospection: true },
    secret: /Hidden/,
    documents: [
      `{ ${types} }`,
      `{ ...F } fragment F on Query { ${types} }`,
      `{ ... on Query { ${types} } }`,
      `fragment F on Query { a } query { ${types} ...F }`,
    ],
    router: ['not covered: its directives do not affect introspection', '#introspection'],
  },
  {
    rule: 'No message suggests the name of a hidden field',
    tests: ['../test/server/suggestions.test.ts'],
    claim: 'suggestions',
    instead: 'the message names it',
    router: null,
    async run(library) {
      const api = await library.build({
        sdl: 'type Query { hidden: Int @authenticated open: Int }',
        filterIntrospection: true,
      });
      const answer = await (api.askServer ?? api.ask)('{ hiddn }', null);
      await api.close();
      if (answer.data || !answer.errors) throw new Error('A misspelt name must be refused.');
      const { message } = answer.errors[0];
      return /hidden/.test(message) ? { state: 'leaks', detail: 'the message names it' } : 'yes';
    },
  },
];
