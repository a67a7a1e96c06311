/** A program of somebody else, whose server is down: it asks for a token, and goes on when it has heard. */
import { createAuthClient } from '../../src/client/index.js';

const at = Date.now() - 1_000_000;
const times = { server: at, end: at + 300_000, refreshEnd: at + 1e9, local: at };
const ended = { sid: 's', since: at, gen: 0, user: {}, access: 'a', refresh: 'r', ...times };

const client = createAuthClient({
  // Nobody listens there.
  url: 'http://127.0.0.1:9/graphql',
  storage: {
    getItem: () => JSON.stringify(ended),
    setItem: () => undefined,
    removeItem: () => undefined,
  },
});
await client.getAccessToken().catch(({ name }: Error) => console.log(name));
console.log('goes on');
