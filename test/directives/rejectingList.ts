/** A guarded list of promises that reject, in the executor of GraphQL Yoga: Node ends a process that handles none. */
import { setTimeout as sleep } from 'node:timers/promises';
import { perObject } from '../../src/directives/policies.js';
import { guarded, somebody } from './support.js';

const { createYoga } = (await import(String('graphql-yoga'))) as {
  createYoga: (options: object) => { fetch: typeof fetch };
};
const schema = guarded(
  'type Query { codes: [Code] } scalar Code @policy(policies: [["all"]])',
  {
    Query: {
      codes: () => ({
        [Symbol.asyncIterator]: () => ({
          // Not a generator, which would wait for what it yields.
          async next() {
            await sleep(20);
            return { done: false, value: Promise.reject(new Error('No.')) };
          },
        }),
      }),
    },
  },
  { policies: { all: perObject((items) => items.map(() => true)) } },
);
const yoga = createYoga({ schema, context: () => somebody(), logging: false });
const response = await yoga.fetch('http://yoga.example/graphql', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: '{ codes }' }),
});
console.log(await response.text());
await sleep(50);
