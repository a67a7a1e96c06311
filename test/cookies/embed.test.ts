import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createHandler } from 'graphql-http/lib/use/http';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AuthError, type Auth, type AuthRequest, type CookieTarget } from '../../src/index.js';
import { embedded, ownApi } from '../library/support.js';
import { spawnTs } from '../support/child.js';
import { Jar, LOGOUT, send } from './support.js';

const SIGNUP =
  'mutation { signup(input: { email: "ann@example.com", password: "a long sentence is fine" }) { accessToken } }';

const leftovers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const tidy of leftovers.splice(0)) await tidy();
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  leftovers.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

type Serve = (auth: Auth, schema: ReturnType<typeof ownApi>['schema']) => Promise<string>;

interface Node {
  req: IncomingMessage;
  res: ServerResponse;
}

/** Its types change those of graphql-js for every file that is compiled beside them. */
const { createYoga } = (await import(String('graphql-yoga'))) as {
  createYoga: (options: object) => RequestListener;
};

const servers: Record<string, Serve> = {
  async 'Apollo Server'(auth, schema) {
    const server = new ApolloServer<object>({
      schema,
      plugins: [auth.plugin],
      formatError: auth.formatError,
    });
    leftovers.push(() => server.stop());
    const { url } = await startStandaloneServer(server, {
      listen: { port: 0 },
      context: async ({ req, res }) => auth.context(req, res),
    });
    return new URL('/graphql', url.replace('localhost', '127.0.0.1')).href;
  },
  'GraphQL Yoga': (auth, schema) =>
    listen(
      createYoga({
        schema,
        logging: false,
        context: ({ req, res }: Node) => auth.context(req, res),
      }),
    ),
  'GraphQL Yoga without Node, by Fetch': (auth, schema) => {
    const answers = new WeakMap<object, Headers>();
    return listen(
      createYoga({
        schema,
        logging: false,
        context({ request }: { request: Request }) {
          const headers = new Headers();
          answers.set(request, headers);
          return auth.context(request, headers);
        },
        plugins: [
          {
            onResponse({ request, response }: { request: Request; response: Response }) {
              for (const cookie of answers.get(request)?.getSetCookie() ?? []) {
                response.headers.append('set-cookie', cookie);
              }
            },
          },
        ],
      }),
    );
  },
  // Its modules cannot be loaded here.
  async Mercurius() {
    const child = spawnTs(join(import.meta.dirname, 'fixtures/mercurius.mjs'), []);
    leftovers.push(async () => {
      child.process.kill('SIGKILL');
      await child.exited;
    });
    await child.seen(/Listening on \S+/);
    return /Listening on (\S+)/.exec(child.stdout())?.[1] as string;
  },
  'graphql-http'(auth, schema) {
    const handler = createHandler({
      schema,
      async context(request) {
        try {
          return (await auth.context(request, request.context.res)) as any;
        } catch (error) {
          if (!(error instanceof AuthError)) throw error;
          const { message, statusCode: status = 500 } = error;
          const body = JSON.stringify({ errors: [{ message }] });
          return [
            body,
            { status, statusText: '', headers: { 'content-type': 'application/json' } },
          ];
        }
      },
    });
    return listen((request, response) => void handler(request, response));
  },
};

test('a form of another site, which Yoga reads, sets no cookie: nobody is logged in or out by it', async () => {
  const auth = embedded({ jwt: { authCookie: 'app' }, corsOrigins: ['https://app.example.com'] });
  const url = await servers['GraphQL Yoga']!(auth, ownApi(auth).schema);
  await send(url, SIGNUP);
  const login = SIGNUP.replaceAll('signup', 'login');
  const cookiesOf = async (query: string, origin: string) => {
    const body = new URLSearchParams({ query });
    const answer = await fetch(url, { method: 'POST', body, headers: { origin } });
    expect(await answer.json()).not.toHaveProperty('errors');
    return answer.headers.getSetCookie().length;
  };
  for (const query of [login, LOGOUT]) {
    expect(await cookiesOf(query, 'https://evil.example')).toBe(0);
    expect(await cookiesOf(query, 'https://app.example.com')).toBe(3);
    expect(await cookiesOf(query, new URL(url).origin)).toBe(3);
  }
});

describe.each(Object.entries(servers))('%s', (name, serve) => {
  test('sets, reads and deletes the cookies over a port, and refuses a foreign page', async () => {
    const auth = embedded({ jwt: { authCookie: 'app' }, hideTokens: true });
    const url = await serve(auth, ownApi(auth).schema);
    const answer = await send(url, SIGNUP);
    expect(answer.body).toEqual({ data: { signup: { accessToken: null } } });
    const ours = answer.texts.filter((text) => text.startsWith('app'));
    expect(ours).toEqual([
      // A second may begin between the row and the tokens.
      expect.stringMatching(
        /^app=eyJ[\w.-]+; Max-Age=60(4800|4799); Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
      expect.stringMatching(
        /^app_refresh=eyJ[\w.-]+; Max-Age=60(4800|4799); Path=\/graphql; HttpOnly; Secure/,
      ),
      expect.stringMatching(
        /^app_info=\d+\.\d+\.\d+; Max-Age=60(4800|4799); Path=\/; Secure; SameSite=Lax$/,
      ),
    ]);
    // What another part of the program sets stays beside them.
    if (name === 'Mercurius') expect(answer.texts).toContain('own=1');
    const headers = new Jar().take(answer).header();
    expect((await send(url, '{ secret }', { headers })).body.data.secret).toMatch(/^for /);

    const foreign = { headers: { ...headers, origin: 'https://evil.example' } };
    const refused = await send(url, LOGOUT, foreign);
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([
      403,
      expect.stringContaining('may not use the cookies'),
    ]);
    const own = { headers: { ...headers, origin: new URL(url).origin } };
    const gone = await send(url, LOGOUT, own);
    expect(gone.body).toEqual({ data: { logout: { revokedSessions: 1 } } });
    expect(gone.texts.filter((text) => /^app(_\w+)?=; Max-Age=0; Path=\//.test(text))).toHaveLength(
      3,
    );
  });
});

describe('where an answer takes cookies', () => {
  const request: AuthRequest = { headers: {}, address: '192.0.2.1' };

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'got nothing'],
    ['a text', 'res', 'got res'],
    ['an object that takes none', { body: '', status: 200 }, 'got an object with body, status'],
    ['null', null, 'got null'],
  ])('%s is a TypeError that says the fix', (_, answer, came) => {
    const auth = embedded({ jwt: { authCookie: 'app' } });
    const call = () => auth.context(request, answer as CookieTarget);
    expect(call).toThrow(TypeError);
    expect(call).toThrow(
      /jwt\.authCookie is set: the response of Node, .* auth\.context\(req, res\)/,
    );
    expect(call).toThrow(came);
  });

  test('nothing has to be given without authCookie', async () => {
    const context = await embedded().context(request);
    expect(context.cookies).toBeNull();
  });

  test('a program of its own may take the text', async () => {
    const auth = embedded({ jwt: { authCookie: 'app' } });
    const taken: string[] = [];
    const context = await auth.context(request, { addCookie: (text) => void taken.push(text) });
    context.cookies?.clear();
    expect(taken).toHaveLength(3);
  });
});

describe('a Fetch Request', () => {
  const auth = () => embedded({ jwt: { authCookie: 'app' } });
  const headers = (more: Record<string, string>) => new Headers({ cookie: 'app=a', ...more });
  const asked = (url: string, more: Record<string, string>) => () =>
    auth().context(
      { url, method: 'POST', headers: headers(more), address: '192.0.2.1' },
      {
        addCookie: () => undefined,
      },
    );

  test('says by its URL and Host which origin is the own', async () => {
    const at = 'https://api.example.com/graphql';
    for (const origin of ['http://api.example.com', 'https://evil.example', 'null']) {
      await expect(Promise.resolve().then(asked(at, { origin }))).rejects.toMatchObject({
        extensions: { code: 'FORBIDDEN', http: { status: 403 } },
      });
    }
    expect((await asked(at, { origin: 'https://api.example.com' })()).credential.kind).toBe(
      'rejected',
    );
    const twice = {
      headers: {
        host: 'a.example',
        cookie: 'app=a',
        origin: ['https://a.example', 'https://b.example'],
      },
      address: '192.0.2.1',
    };
    await expect(
      Promise.resolve().then(() => auth().context(twice, { addCookie: () => undefined })),
    ).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    const behind = { origin: 'https://www.example.com', host: 'www.example.com' };
    expect((await asked('http://127.0.0.1:8000/graphql', behind)()).credential.kind).toBe(
      'rejected',
    );
    await expect(
      Promise.resolve().then(asked(at, { 'sec-fetch-site': 'same-site' })),
    ).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  });
});
