import { makeExecutableSchema } from '@graphql-tools/schema';
import { parseSetCookie } from 'cookie';
import { expect, test } from '@jest/globals';
import { graphql } from 'graphql';
import { codeOf, PASSWORD, testAuth } from '../support/auth.js';
import { Jar } from './support.js';

/** A browser: what its requests are answered is kept in the order in which the answers come. */
async function browsing() {
  const it = await testAuth({ jwt: { authCookie: 'app' } });
  const { typeDefs, resolvers } = it.auth;
  const schema = it.auth.guard(makeExecutableSchema({ typeDefs, resolvers }));
  return (address: string) => {
    const jar = new Jar();
    return {
      jar,
      ask: async (source: string) => {
        const texts: string[] = [];
        const site = { scheme: null, host: 'api.example.com' };
        const contextValue = await it.auth.context({
          authorization: [],
          origin: { address, userAgent: null },
          cookies: {
            values: [jar.header().cookie],
            sentFrom: { method: 'POST', origin: undefined, fetchSite: undefined, site },
            add: (cookie) => void texts.push(cookie),
          },
        });
        const result = await graphql({ schema, source, contextValue });
        jar.take({ cookies: texts.map((text) => parseSetCookie(text)) });
        return result;
      },
    };
  };
}

const account = (email: string) => `input: { email: "${email}", password: "${PASSWORD}" }`;
const field = (source: string) => `mutation { ${source} { session { id } } }`;
const REFRESH = field('refreshToken');

test('tabs that refresh while another changes the password never lose the new cookies, in a hundred tries', async () => {
  const openBrowser = await browsing();
  const outcomes = new Set<string>();
  for (let round = 0; round < 100; round += 1) {
    const { jar, ask } = openBrowser(`192.0.2.${round}`);
    await ask(field(`signup(${account(`ann${round}@example.com`)})`));
    const change = `changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "another sentence ${round}" })`;
    const changing = ask(field(change));
    // Refreshes arrive before, while and after the new password is written.
    const refreshing: ReturnType<typeof ask>[] = [];
    const done = changing.then(() => true);
    while (!(await Promise.race([done, new Promise((resolve) => setImmediate(resolve, false))]))) {
      refreshing.push(ask(REFRESH));
    }
    const answers = await Promise.all(refreshing);
    for (const answer of answers) outcomes.add(codeOf(answer) || 'ok');
    expect((await changing).errors).toBeUndefined();
    expect([round, jar.names.length]).toEqual([round, 3]);
    expect((await ask('{ session { id } }')).errors).toBeUndefined();
  }
  expect([...outcomes].sort()).toEqual(['SESSION_REVOKED', 'ok']);
});
