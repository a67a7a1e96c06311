import { afterAll, afterEach } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNode, type Node } from '../../src/cli/serveNode.js';
import {
  createAuthClient,
  type AuthClient,
  type AuthClientOptions,
  type AuthEvent,
  type AuthStorage,
} from '../../src/client/index.js';
import { configFromCode, type SettingsInput } from '../../src/config.js';
import { silentLog } from '../../src/log.js';
import { testClock, type TestClock } from '../support/clock.js';

const password = 'a long sentence is fine';
let accounts = 0;
/** What a server says that refuses. */
export const answer = (code: string, more: object = {}, status = 200) =>
  Promise.resolve(
    Response.json(
      { data: null, errors: [{ message: 'No.', extensions: { code, ...more } }] },
      { status },
    ),
  );

/** What changes the password of `someone`. */
export const passwords = { currentPassword: password, newPassword: 'another long sentence' };

/** Somebody whom nobody knows yet. */
export const someone = () => ({ email: `ann-${++accounts}@example.com`, password });

/** One request that reached the network. */
export interface Sent {
  /** The root field. */
  readonly field: string;
  /** `UNAUTHENTICATED TOKEN_EXPIRED` and the like; empty where all went well. */
  readonly code: string;
  readonly authorization: string | null;
}

/** What may happen to a request. Throws, answers in the server's place, or lets it pass. */
export type Fault = (request: {
  field: string;
  authorization: string | null;
  pass: () => Promise<Response>;
  /** Waits for something that the test does: meanwhile the request is not under way. */
  park: (until: Promise<unknown>) => Promise<void>;
}) => Promise<Response> | 'hang';

export interface Tab extends AuthClient {
  readonly events: AuthEvent[];
  /** Moves the wall clock of this tab alone, in seconds. */
  stepClock(seconds: number): void;
  /** Asks as an application does, and answers the body. */
  ask(query: string): Promise<any>;
}

export interface World {
  readonly url: string;
  readonly node: Node;
  readonly clock: TestClock;
  readonly sent: Sent[];
  fault: Fault | null;
  /** A client with the storage of this world, unless it gets another. */
  tab(options?: Partial<AuthClientOptions>): Tab;
  readonly storage: AuthStorage & { readonly kept: Record<string, string> };
  /** Moves the wall clock of the machine on which all tabs are, in seconds. */
  stepClock(seconds: number): void;
  /** Lets time pass, and everything happen that happens meanwhile. */
  pass(seconds: number): Promise<void>;
  /** Waits until nothing is under way. */
  settle(): Promise<void>;
  /** Stops the server, and starts it again on the same port and data. */
  restart(): Promise<void>;
  /** How many requests with this root field reached the network. */
  count(field: string): number;
  /** The user's grants have changed: access tokens answer `TOKEN_STALE`. */
  makeStale(userId: string): Promise<void>;
}

const leftovers: (() => unknown)[] = [];
afterEach(async () => {
  for (const tidy of leftovers.splice(0).reverse()) await tidy();
});

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Somebody who has just signed up, in one tab. */
export async function loggedIn(
  settings: SettingsInput = {},
  options: Partial<AuthClientOptions> = {},
): Promise<{ w: World; tab: Tab; email: string }> {
  const w = await world(settings);
  const tab = w.tab(options);
  const account = someone();
  const answer = await tab.signup(account);
  if (!answer.ok) throw new Error(JSON.stringify(answer.problem));
  return { w, tab, email: account.email };
}

interface Served {
  readonly clock: TestClock;
  readonly port: number;
  node: Node;
  start(): Promise<Node>;
}

const served = new Map<string, Promise<Served>>();
afterAll(async () => {
  for (const each of served.values()) await (await each).node.stop();
  rmSync(folder, { recursive: true, force: true });
});

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-client-'));

/** One server for all tests of a file that want the same. */
async function serve(settings: SettingsInput): Promise<Served> {
  const clock = testClock();
  const database = join(folder, `${served.size}.db`);
  const start = (port: number) => {
    const code = { host: '127.0.0.1', database, ...settings, port };
    const config = configFromCode('test', { code, env: {}, readFile: () => '' });
    return startNode(config, silentLog, clock);
  };
  const node = await start(0);
  const { port } = node.server;
  return { clock, port, node, start: () => start(port) };
}

/** A real server, and browsers around it; time stands still until it is told. */
export async function world(settings: SettingsInput = {}): Promise<World> {
  const name = JSON.stringify(settings);
  if (!served.has(name)) served.set(name, serve(settings));
  const server = await (served.get(name) as Promise<Served>);
  const { clock } = server;
  const { url } = server.node.server;
  const timers = new Set<Timer>();
  const sent: Sent[] = [];
  let underWay = 0;
  let machine = 0;

  async function settle(): Promise<void> {
    // Messages between tabs take a few turns of the event loop.
    for (let quiet = 0; quiet < 6; quiet++) {
      await turn();
      if (underWay > 0) quiet = 0;
    }
  }

  const self: World = {
    url,
    get node() {
      return server.node;
    },
    clock,
    sent,
    fault: null,
    storage: sharedStorage(),
    settle,
    stepClock: (seconds) => void (machine += seconds * 1000),
    async pass(seconds) {
      await settle();
      const end = Math.round(clock.now() + seconds * 1000);
      for (;;) {
        const next = [...timers].sort((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > end) break;
        timers.delete(next);
        clock.set(Math.max(clock.now(), next.at));
        next.run();
        await settle();
      }
      clock.set(end);
      await settle();
    },
    async restart() {
      await server.node.stop();
      server.node = await server.start();
    },
    count: (field) => sent.filter((each) => each.field === field).length,
    async makeStale(userId) {
      await server.node.auth.services.userChanged(userId);
    },
    tab(options = {}) {
      let offset = 0;
      const events: AuthEvent[] = [];
      const client = createAuthClient({
        url,
        storage: self.storage,
        clock: {
          now: () => clock.now() + machine + offset,
          steady: () => clock.now(),
          setTimeout(run, milliseconds) {
            const timer = { at: Math.ceil(clock.now() + milliseconds), run };
            timers.add(timer);
            return timer;
          },
          clearTimeout: (timer: never) => void timers.delete(timer),
        },
        fetch: watched,
        onEvent: (event) => void events.push(event),
        ...options,
      });
      // Not waited for: what is in the air may wait for a clock that stands still.
      leftovers.push(() => void client.dispose());
      return Object.defineProperties({} as Tab, {
        ...Object.getOwnPropertyDescriptors(client),
        events: { value: events },
        stepClock: { value: (seconds: number) => void (offset += seconds * 1000) },
        ask: {
          value: async (query: string) =>
            (
              await client.fetch(url, {
                method: 'POST',
                headers: { 'content-type': 'application/json' },
                body: JSON.stringify({ query }),
              })
            ).json(),
        },
      });
    },
  };

  const watched: typeof fetch = async (input, init) => {
    underWay += 1;
    try {
      const { query } = JSON.parse(init?.body as string) as { query: string };
      const field = /\{\s*(?:result:)?(\w+)/.exec(query)?.[1] ?? '';
      const authorization = new Headers(init?.headers).get('authorization');
      const pass = async () => {
        const response = await fetch(input, init);
        const body = (await response.clone().json()) as { errors?: any[] };
        const { code = '', reason = '' } = body.errors?.[0]?.extensions ?? {};
        sent.push({ field, code: `${code} ${reason}`.trim(), authorization });
        return response;
      };
      const park = async (until: Promise<unknown>) => {
        underWay -= 1;
        await until;
        underWay += 1;
      };
      const answering =
        self.fault === null ? pass() : self.fault({ field, authorization, pass, park });
      if (answering !== 'hang') return await answering;
      underWay -= 1;
      await new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => {
          underWay += 1;
          reject(new DOMException('Given up.', 'AbortError'));
        });
      });
      throw new Error('unreachable');
    } finally {
      underWay -= 1;
    }
  };
  return self;
}

function sharedStorage() {
  const kept: Record<string, string> = {};
  return {
    kept,
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => void (kept[key] = value),
    removeItem: (key: string) => void delete kept[key],
  };
}
