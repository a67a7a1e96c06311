const secret = { __typename: 'Secret', word: 'SECRET' };
const open = { __typename: 'Open', hint: 'o' };

const code = (value) => `\`${JSON.stringify(value)}\``;

/** What scopes open, out of [["a", "b"], ["c"]]. */
async function opened(library, sets) {
  const api = await library.build({
    sdl: 'type Query { f: String @requiresScopes(scopes: [["a", "b"], ["c"]]) }',
    resolvers: { Query: { f: () => 'SECRET' } },
  });
  const answers = await Promise.all(sets.map((scopes) => api.ask('{ f }', { id: 'u', scopes })));
  await api.close();
  return answers;
}

export const answers = [
  {
    rule: 'Scopes are an OR of ANDs',
    tests: ['../test/directives/guard.test.ts'],
    router: ['documented: yes', '#combining-required-scopes-with-andor-logic'],
    async run(library) {
      const sets = [[], ['a'], ['b'], ['a', 'b'], ['c']];
      const seen = (await opened(library, sets)).map(({ data }) => data?.f === 'SECRET');
      const isRight = seen.join() === 'false,false,false,true,true';
      const how = library.scopes ?? 'yes';
      return { state: isRight ? 'yes' : 'leaks', detail: isRight ? how : seen.join() };
    },
  },
  {
    rule: 'A denial says what is missing',
    tests: ['../test/directives/guard.test.ts'],
    router: ['documented: a code and the path, not what is missing', '#requiresscopes'],
    async run(library) {
      const [{ errors = [{ message: 'allowed' }] }] = await opened(library, [['a']]);
      const { message, extensions = {} } = errors[0];
      const { code: name, missing } = extensions;
      if (missing)
        return { state: 'yes', detail: `yes: \`${name}\`, \`missing\`: ${code(missing)}` };
      const said = [`“${message}”`, name && `\`${name}\``, library.ownErrors].filter(Boolean);
      return { state: 'no', detail: `no: ${said.join(', ')}` };
    },
  },
  {
    rule: 'A denied item of a list keeps its index; the other items stay',
    tests: ['../test/directives/objectCheck.test.ts'],
    router: ['documented: a path with `@` for every index', '#requiresscopes'],
    async run(library) {
      const api = await library.build({
        sdl: `
          type Secret @authenticated { word: String }
          type Open { hint: String }
          union Any = Secret | Open
          type Query { any: [Any] }
        `,
        resolvers: { Query: { any: () => [open, secret] } },
        partial: true,
      });
      const { data, errors = [] } = await api.ask(
        '{ any { ... on Open { hint } ... on Secret { word } } }',
        null,
      );
      await api.close();
      const paths = errors.map(({ path }) => `\`${path?.join('.')}\``).join(', ');
      const isKept =
        data?.any?.length === 2 && errors.some(({ path }) => path?.map(String).includes('1'));
      return {
        state: isKept ? 'yes' : 'no',
        detail: `${library.byDefault ?? ''}${isKept ? 'yes' : 'no index'}: ${code(data?.any ?? null)}, error at ${paths}`,
      };
    },
  },
];
