import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { describe, expect, test } from '@jest/globals';
import { countLookups } from '../compiled/lookups.js';
import { heardLog } from '../settings/support.js';
import { embedded, nobody, ownApi } from './support.js';

const off = [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
];

/** Whether the third of three equal requests was answered without graphql-js, and each answer. */
async function asked(
  own: readonly ApolloServerPlugin<object>[],
  settings: Parameters<typeof embedded>[0] = {},
) {
  const auth = embedded(settings);
  const { schema } = ownApi(auth);
  const server = new ApolloServer<object>({ schema, plugins: auth.plugins(own) });
  const ask = async () => {
    const contextValue = await auth.context(nobody);
    const { body } = await server.executeOperation({ query: '{ open }' }, { contextValue });
    return body.kind === 'single' ? JSON.stringify(body.singleResult) : 'incremental';
  };
  const answers = [await ask(), await ask()];
  const lookups = countLookups();
  answers.push(await ask());
  const isCompiled = lookups() === 0;
  await server.stop();
  expect(new Set(answers)).toEqual(new Set(['{"data":{"open":"open"}}']));
  return { isCompiled };
}

describe('the list of plugins', () => {
  test('answers compiled queries where nobody watches', async () => {
    expect(await asked(off)).toEqual({ isCompiled: true });
    expect(await asked([...off, {}])).toEqual({ isCompiled: true });
  });

  test('compiles nothing where compiledQueries is off', async () => {
    expect(await asked(off, { compiledQueries: false })).toEqual({ isCompiled: false });
  });

  test.each([
    ['CacheControl', 0],
    ['InlineTrace', 1],
    ['UsageReporting', 2],
  ])('compiles nothing where Apollo Server adds %s by itself, and says the fix', async (id, at) => {
    const log = heardLog();
    const own = off.filter((_, index) => index !== at);
    expect(await asked(own, { log })).toEqual({ isCompiled: false });
    expect(log.of('warn')).toEqual([
      `No query is compiled, because Apollo Server adds plugins by itself that watch every execution. Name them in the list of auth.plugins: ApolloServerPlugin${id}Disabled().`,
    ]);
  });

  test('steps aside for cache control that is on', async () => {
    const own = [ApolloServerPluginCacheControl(), ...off.slice(1)];
    expect(await asked(own)).toEqual({ isCompiled: false });
  });

  test.each(['executionDidStart', 'responseForOperation'])(
    'steps aside for a plugin that has %s',
    async (hook) => {
      let calls = 0;
      const mine: ApolloServerPlugin<object> = {
        requestDidStart: () =>
          Promise.resolve({
            [hook]: () => {
              calls += 1;
              return Promise.resolve(hook === 'executionDidStart' ? {} : null);
            },
          }),
      };
      expect(await asked([...off, mine])).toEqual({ isCompiled: false });
      expect(calls).toBe(3);
    },
  );

  test('steps aside for the requests that a plugin watches, and for no other', async () => {
    let request = 0;
    const seen: number[] = [];
    const mine: ApolloServerPlugin<object> = {
      requestDidStart: () => {
        request += 1;
        const mark = () => Promise.resolve(void seen.push(request));
        return Promise.resolve(request === 1 ? { executionDidStart: mark } : {});
      },
    };
    await asked([...off, mine]);
    expect(seen).toEqual([1]);
  });

  test('leaves every other hook of a plugin as it is, private parts too', async () => {
    class Mine implements ApolloServerPlugin<object> {
      readonly #seen: string[] = [];
      get seen() {
        return this.#seen;
      }
      serverWillStart() {
        this.#seen.push('serverWillStart');
        return Promise.resolve();
      }
      requestDidStart() {
        this.#seen.push('requestDidStart');
        const note = (hook: string) => () => Promise.resolve(void this.#seen.push(hook));
        return Promise.resolve({
          didResolveOperation: note('didResolveOperation'),
          willSendResponse: note('willSendResponse'),
        });
      }
    }
    const mine = new Mine();
    expect(await asked([...off, mine])).toEqual({ isCompiled: true });
    const hooks = ['requestDidStart', 'didResolveOperation', 'willSendResponse'];
    expect(mine.seen).toEqual(['serverWillStart', ...hooks, ...hooks, ...hooks]);
  });
});
