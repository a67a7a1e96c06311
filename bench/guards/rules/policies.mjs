const rows = Array.from({ length: 50 }, (_, id) => ({ id: String(id), owner: id % 2 ? 'u' : 'v' }));

/** A guarded field of fifty objects. */
const list = (directive) => ({
  sdl: `type Row { id: ID word: String ${directive} } type Query { rows: [Row] }`,
  resolvers: { Query: { rows: () => rows }, Row: { word: () => 'SECRET' } },
});
const outside = 'denied: no context is built; what the client is told is up to the server';
const user = { id: 'u', scopes: [] };

export const policies = [
  {
    rule: 'A policy over objects is asked about all objects of a list at once',
    tests: ['../test/directives/objectPolicy.test.ts'],
    claim: 'objects',
    router: ['not covered: policies are about the request, asked once', '#policy'],
    async run(library) {
      if (library.unclaimed.objects) return { state: 'no' };
      const objectPolicies = { owner: (row, who) => row.owner === who?.id };
      const api = await library.build({
        ...list('@policy(policies: [["owner"]])'),
        objectPolicies,
      });
      const { data } = await api.ask('{ rows { word } }', user);
      await api.close();
      const seen = data.rows.filter(({ word }) => word !== null).length;
      if (seen > 25) return { state: 'leaks' };
      if (seen < 25) throw new Error(`${library.name}: ${seen} of 25 rows.`);
      const asked = api.asked();
      if (asked === 1) return { state: 'yes', detail: 'yes: 50 rows, 1 call' };
      return { state: 'no', detail: `no: 50 rows, ${asked} calls, ${library.batches}` };
    },
  },
  {
    rule: 'A policy that throws denies, and its message stays inside',
    tests: ['../test/directives/policyFailures.test.ts'],
    router: ['documented: a policy that nobody answers denies', '#policy'],
    async run(library) {
      let ran = 0;
      const api = await library.build({
        sdl: 'type Query { f: String @policy(policies: [["open"]]) }',
        resolvers: { Query: { f: () => ((ran += 1), 'SECRET') } },
        requestPolicies: {
          open: (who) => {
            if (who?.id === 'broken') throw new Error('INTERNAL');
            return true;
          },
        },
      });
      const allowed = await api.ask('{ f }', user);
      if (allowed.data?.f !== 'SECRET' || ran !== 1) throw new Error(`${library.name}: denied.`);
      const answer = await api
        .ask('{ f }', { id: 'broken', scopes: [] })
        .catch((error) => ({ errors: [error], thrown: true }));
      await api.close();
      if (ran !== 1) return { state: 'leaks', detail: 'allowed' };
      const isTold = answer.errors.some(({ message }) => message.includes('INTERNAL'));
      if (answer.thrown) return { state: 'no', detail: outside };
      return isTold ? { state: 'no', detail: library.thrown } : 'yes';
    },
  },
  {
    rule: 'The source of a denied subscription is not opened',
    tests: ['../test/directives/wrap.test.ts'],
    router: null,
    async run(library) {
      let opened = 0;
      const api = await library.build({
        sdl: 'type Query { a: Int } type Subscription { s: String @authenticated }',
        resolvers: {
          Subscription: {
            s: {
              async *subscribe() {
                opened += 1;
                yield { s: 'SECRET' };
              },
            },
          },
        },
      });
      const { events } = await api.socket('subscription { s }', null);
      let seen = '';
      if (events[Symbol.asyncIterator])
        for await (const event of events) seen += JSON.stringify(event);
      await api.close();
      if (/SECRET/.test(seen)) return { state: 'leaks' };
      return opened === 0
        ? 'yes'
        : { state: 'no', detail: 'no: the source is opened, each event is denied' };
    },
  },
  {
    rule: 'A subscription is judged again for each event',
    tests: ['../test/directives/wrap.test.ts', '../test/directives/policy.test.ts'],
    router: [
      'documented for policies: by hand, ending the subscription',
      '#special-case-for-subscriptions',
    ],
    async run(library) {
      const seen = await Promise.all(
        (library.caches ?? [undefined]).map((cache) => afterLogout(library, cache)),
      );
      if (seen.every(Boolean)) return { state: 'yes', detail: 'yes' };
      if (seen.some(Boolean)) return { state: 'no', detail: library.cacheNote };
      return { state: 'no', detail: 'no: judged once, at the start' };
    },
  },
  {
    rule: 'An operation all of which is allowed asks nothing more while it runs',
    tests: ['../test/directives/judge.test.ts'],
    router: ['documented: filtered before planning', '#authenticated'],
    async run(library) {
      const api = await library.build(list('@authenticated'));
      const { data } = await api.ask('{ rows { word } }', user);
      if (!data.rows.every(({ word }) => word === 'SECRET')) throw new Error(library.name);
      const asked = api.asked();
      const isLater = api.executeNow('{ rows { word } }', user) instanceof Promise;
      await api.close();
      if (asked < rows.length && !isLater) return { state: 'yes', detail: library.cleared };
      const calls = asked === 1 ? 'its rule is asked once' : `${asked} calls`;
      return { state: 'no', detail: `no: 50 rows, ${calls}, each field waits for a promise` };
    },
  },
];

/** Whether the field of the second event is denied once the user has logged out. */
async function afterLogout(library, cache) {
  const api = await library.build({
    cache,
    sdl: `
      type News { word: String @authenticated }
      type Query { a: Int }
      type Subscription { news: News }
    `,
    resolvers: {
      Subscription: {
        news: {
          async *subscribe() {
            yield { news: { word: 'SECRET' } };
            yield { news: { word: 'SECRET' } };
          },
        },
      },
    },
  });
  const { events, become } = await api.socket('subscription { news { word } }', user);
  const first = await events.next();
  if (first.value.data?.news?.word !== 'SECRET')
    throw new Error(`${library.name}: no first event.`);
  become(null);
  const second = await events.next();
  await events.return?.();
  await api.close();
  return second.value.data?.news?.word !== 'SECRET';
}
