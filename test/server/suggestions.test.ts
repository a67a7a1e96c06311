import { describe, expect, test } from '@jest/globals';
import { createGuards } from '../../src/directives/guard.js';
import { build, nobody } from '../directives/support.js';
import { ask, start } from './testServer.js';

const guarded = (filterIntrospection: boolean) =>
  createGuards({ filterIntrospection }).guard(
    build(`
      type Query { hidden(by: In, hiddenHint: Color): Hidden @authenticated open: Int }
      type Hidden { hidden: Int }
      input In { hidden: Int }
      enum Color { HIDDEN }
    `),
  );

/** Each is one letter away from a name. */
const misspelt: [what: string, body: { query: string; variables?: object }][] = [
  ['a field', { query: '{ hiddn { hidden } }' }],
  ['a nested field', { query: '{ hidden { hiddn } }' }],
  ['an argument', { query: '{ hidden(hiddnHint: HIDDEN) { hidden } }' }],
  ['an input field', { query: '{ hidden(by: { hiddn: 1 }) { hidden } }' }],
  ['an enum value', { query: '{ hidden(hiddenHint: HIDDN) { hidden } }' }],
  ['a type', { query: '{ ... on Hiddn { hidden } }' }],
  [
    'an input field in a variable',
    { query: 'query($in: In) { hidden(by: $in) { hidden } }', variables: { in: { hiddn: 1 } } },
  ],
  [
    'an enum value in a variable',
    { query: 'query($c: Color) { hidden(hiddenHint: $c) { hidden } }', variables: { c: 'HIDDN' } },
  ],
];

describe.each(misspelt)('the misspelt name of %s', (_, body) => {
  const messagesOf = async (filterIntrospection: boolean, production = false) => {
    const { url } = await start({
      schema: guarded(filterIntrospection),
      filterIntrospection,
      production,
      context: (request) => ({ ...nobody(), request, viewer: null }),
    });
    const { body: answer } = await ask(url, body.query, body.variables);
    return (answer.errors as { message: string }[]).map(({ message }) => message);
  };

  test('is met with the name that was meant where introspection shows all', async () => {
    expect(String(await messagesOf(false))).toMatch(/Did you mean .*hidden/i);
  });

  test.each([
    ['where it is filtered', true, false],
    ['in production', false, true],
  ])('is met with no name %s', async (_where, filtered, production) => {
    const messages = await messagesOf(filtered, production);
    expect(messages.length).toBeGreaterThan(0);
    expect(String(messages)).not.toMatch(/did you mean/i);
  });
});
