import { describe, expect, jest, test } from '@jest/globals';
import { graphql, type ExecutionResult } from 'graphql';
import type { Log } from '../../src/log.js';
import type { GuardOptions } from '../../src/directives/options.js';
import { build, expired, guards, plain, somebody } from './support.js';

const sdl = `type O { closed: String! @authenticated } type Query {
  open: Int closed: Int @hasRole(roles: ["r"]) o: O broken: Int }`;
const resolvers = {
  Query: {
    open: () => 1,
    o: () => ({}),
    broken: () => {
      throw new Error('broken');
    },
  },
};
const warn = jest.fn<Log['warn']>();
const log: Log = { warn, error: warn, info: warn, debug: warn };

async function answer(options: GuardOptions, source: string, contextValue: unknown = expired()) {
  warn.mockClear();
  const by = guards({ log, ...options });
  const schema = by.guard(build(sdl, resolvers));
  const result = await graphql({ schema, source, contextValue });
  const shown = (each: ExecutionResult) => plain(each) as any;
  return { raw: result, told: by.respond(result), sent: by.respond(shown(result)), shown };
}

describe('where denials are reported', () => {
  test('in the errors, where nothing else is asked for: the very same answer', async () => {
    const { raw, told } = await answer({}, '{ open closed }');
    expect(told).toBe(raw);
  });

  test('under extensions.authorizationErrors, other errors staying where they are', async () => {
    const { told, sent, shown } = await answer({ errors: 'extensions' }, '{ open closed broken }');
    expect(shown(told)).toEqual(sent);
    expect(sent).toMatchObject({
      data: { open: 1, closed: null, broken: null },
      errors: [{ message: 'broken', path: ['broken'] }],
      extensions: {
        authorizationErrors: [
          { path: ['closed'], extensions: { code: 'UNAUTHENTICATED', coordinate: 'Query.closed' } },
        ],
      },
    });
    expect(sent.errors).toHaveLength(1);
  });

  test('beside extensions that are there, with no errors left and nulls propagated as GraphQL says', async () => {
    const { raw } = await answer({}, '{ open o { closed } }');
    const by = guards({ errors: 'extensions' });
    const told = plain(by.respond({ ...raw, extensions: { mine: 1 } }));
    expect(told).toMatchObject({
      data: { open: 1, o: null },
      extensions: { mine: 1, authorizationErrors: [{ path: ['o', 'closed'] }] },
    });
    expect(told).not.toHaveProperty('errors');
  });

  test('nowhere: they are logged', async () => {
    const { sent } = await answer({ errors: 'disabled' }, '{ open closed }', somebody());
    expect(sent).toEqual({ data: { open: 1, closed: null } });
    expect(warn.mock.calls.map(([details]) => plain(details))).toContainEqual({
      denied: [
        {
          path: ['closed'],
          code: 'FORBIDDEN',
          reason: 'MISSING_ROLE',
          required: ['r'],
          missing: ['r'],
          coordinate: 'Query.closed',
          directive: '@hasRole',
        },
      ],
    });
  });

  test('in the words of Apollo Router, wherever they stand', async () => {
    for (const errors of ['errors', 'extensions'] as const) {
      const { sent } = await answer({ errors, errorCode: 'router' }, '{ closed broken }');
      const listed = errors === 'errors' ? sent.errors : sent.extensions.authorizationErrors;
      const [denial] = listed;
      expect(denial).toMatchObject({
        message: 'The access token has expired.',
        path: ['closed'],
        extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'TOKEN_EXPIRED' },
      });
      expect(JSON.stringify(sent.errors.at(-1))).not.toContain('UNAUTHORIZED_FIELD_OR_TYPE');
    }
  });
});
