import { afterAll } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import { startNode, type Node } from '../../src/cli/serveNode.js';
import { loadConfig, type Environment, type SettingsInput } from '../../src/config.js';
import { importModule } from '../../src/auth/importModule.js';
import { silentLog, type Log } from '../../src/log.js';
import { systemClock } from '../../src/time.js';
import type { TestAuth } from '../support/auth.js';

/** What was logged, as `[level, details, message]`. */
export interface HeardLog extends Log {
  readonly lines: [level: string, details: any, message: string][];
  /** The messages of one level. */
  of(level: string): string[];
}

export function heardLog(): HeardLog {
  const lines: HeardLog['lines'] = [];
  const hear =
    (level: string) =>
    (details: object, message: string): void =>
      void lines.push([level, details, message]);
  return {
    lines,
    of: (level) => lines.filter(([one]) => one === level).map(([, , message]) => message),
    debug: hear('debug'),
    info: hear('info'),
    warn: hear('warn'),
    error: hear('error'),
  };
}

/** What leaves for the first error of a result, and what of it is said to the developer. */
export function masked(it: TestAuth, log: HeardLog, { errors }: ExecutionResult) {
  const [error] = errors ?? [];
  if (error === undefined) throw new Error('There is no error.');
  const { message, extensions } = it.auth.formatError(error.toJSON(), error);
  const [, details] = log.lines.filter(([level]) => level === 'error').at(-1) ?? [];
  return { code: extensions?.['code'], message, said: details?.err.message, err: details?.err };
}

export const claimsOf = (token: string): any =>
  JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());

export const headerOf = (token: string): any =>
  JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString());

/** A token whose claims were changed, and whose signature was not. */
export function forged(token: string, change: object): string {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...change };
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

export const LOGIN =
  'mutation { login(input: { email: "ann@example.com", password: "correct horse battery" }) { accessToken refreshToken } }';

export const REFRESH =
  'mutation($token: String!) { refreshToken(input: { refreshToken: $token }) { accessToken refreshToken refreshTokenExpiresIn } }';

const nodes: Node[] = [];
// Each waits a second for what is under way: all at once.
afterAll(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});

/** A server as `gatehouse serve` starts it with this environment, on a free port. Stopped after the tests of the file. */
export async function served(
  env: Environment,
  log: Log = silentLog,
  code?: SettingsInput,
): Promise<Node> {
  const all = {
    GATEHOUSE_PORT: '0',
    GATEHOUSE_DATABASE: ':memory:',
    GATEHOUSE_EXPLORER: 'false',
    ...env,
  };
  const loaded = loadConfig({
    env: all,
    code,
    importModule,
    readFile: () => {
      throw new Error('no file is read here');
    },
  });
  if ('problems' in loaded) throw new Error(loaded.problems.join('\n'));
  const node = await startNode(loaded.config, log, systemClock);
  nodes.push(node);
  return node;
}

/** Sends an operation to a server. */
export async function ask(
  url: string,
  query: string,
  { headers = {}, variables = {} }: { headers?: Record<string, string>; variables?: object } = {},
): Promise<{ status: number; headers: Headers; body: any }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? null : JSON.parse(text),
  };
}
