import { afterAll } from '@jest/globals';
import { parseSetCookie, type SetCookie } from 'cookie';
import { request as httpRequest } from 'node:http';
import { startNode, type Node } from '../../src/cli/serveNode.js';
import { configFromCode, type SettingsInput } from '../../src/config.js';
import { silentLog, type Log } from '../../src/log.js';
import { PASSWORD } from '../support/auth.js';
import { testClock, type TestClock } from '../support/clock.js';

export const EMAIL = 'ann@example.com';

export const ADMIN = 'root@example.com';

const login = (
  email: string,
) => `mutation { login(input: { email: "${email}", password: "${PASSWORD}" }) {
  accessToken accessTokenExpiresIn refreshToken refreshTokenExpiresIn session { id } user { id } } }`;
export const LOGIN = login(EMAIL);
export const REFRESH = 'mutation { refreshToken { accessToken refreshToken session { id } } }';
export const LOGOUT = 'mutation { logout { revokedSessions } }';

export interface Answer {
  status: number;
  body: any;
  /** Of the `Set-Cookie` headers, in order. */
  cookies: SetCookie[];
  /** The same, as they came. */
  texts: string[];
}

export interface Sent {
  headers?: Record<string, string | string[]>;
  /** Default: POST. */
  method?: string;
}

/** Sends one operation exactly as it is told, with no header of its own but the type. */
export function send(url: string, query: string, { headers, method = 'POST' }: Sent = {}) {
  const target = method === 'GET' ? `${url}?query=${encodeURIComponent(query)}` : url;
  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest(target, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
    });
    request.on('error', reject).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const texts = response.headers['set-cookie'] ?? [];
        const cookies = texts.map((one) => parseSetCookie(one));
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text), cookies, texts });
      });
    });
    request.end(method === 'GET' ? undefined : JSON.stringify({ query }));
  });
}

/** Keeps cookies as a browser does, as far as name, value and `Max-Age` go. */
export class Jar {
  readonly #values = new Map<string, string>();

  take({ cookies }: Pick<Answer, 'cookies'>): this {
    for (const { name, value = '', maxAge } of cookies) {
      if (maxAge === 0) this.#values.delete(name);
      else this.#values.set(name, value);
    }
    return this;
  }

  get names(): string[] {
    return [...this.#values.keys()];
  }

  get(name: string): string {
    return this.#values.get(name) ?? '';
  }

  /** A `Cookie` header, of all or of those named. */
  header(...names: string[]): { cookie: string } {
    const pairs = (names.length > 0 ? names : this.names).map(
      (name) => `${name}=${this.get(name)}`,
    );
    return { cookie: pairs.join('; ') };
  }
}

export interface CookieServer {
  node: Node;
  url: string;
  clock: TestClock;
  ask(query: string, headers?: Sent['headers']): Promise<Answer>;
  /** Logs Ann in, or somebody else; answers the cookies of a browser of its own. */
  login(email?: string): Promise<Jar>;
}

const leftovers: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(leftovers.splice(0).map((tidy) => tidy()));
});

/** The whole server on a free port, with two accounts, a clock that stands still and `gatehouse` as its cookie. */
export async function cookieServer(
  { jwt, ...settings }: SettingsInput = {},
  log: Log = silentLog,
): Promise<CookieServer> {
  const code: SettingsInput = {
    port: 0,
    host: '127.0.0.1',
    database: ':memory:',
    ...settings,
    jwt: { authCookie: 'gatehouse', ...jwt },
  };
  const clock = testClock();
  const config = configFromCode('test', { code, readFile: () => '' });
  const node = await startNode(config, log, clock);
  leftovers.push(() => node.stop());
  const { url } = node.server;
  for (const [email, roles] of [
    [EMAIL, []],
    [ADMIN, ['admin']],
  ] as const) {
    const account = { email, password: PASSWORD, roles: [...roles] };
    await node.auth.services.users.create(account, { event: 'user_created' });
  }
  return {
    node,
    url,
    clock,
    ask: (query, headers = {}) => send(url, query, { headers }),
    login: async (email = EMAIL) => new Jar().take(await send(url, login(email))),
  };
}

/** `code` and `reason` of the first error of an answer. */
export const refusal = ({ body }: Answer): string =>
  [body.errors?.[0]?.extensions?.code, body.errors?.[0]?.extensions?.reason]
    .filter(Boolean)
    .join(' ');

/** What deletes the three cookies. */
export const emptied = [
  'gatehouse=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
  'gatehouse_refresh=; Max-Age=0; Path=/graphql; HttpOnly; Secure; SameSite=Lax',
  'gatehouse_info=; Max-Age=0; Path=/; Secure; SameSite=Lax',
];
