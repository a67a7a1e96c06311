import { afterEach } from '@jest/globals';
import { WebSocket, type ClientOptions } from 'ws';

export interface Closing {
  code: number;
  reason: string;
}

/** A client that speaks GraphQL over WebSocket one message at a time. */
export interface TestClient {
  readonly socket: WebSocket;
  /** Settles when the socket is closed. */
  readonly closed: Promise<Closing>;
  send(message: object): void;
  /** The next message that the server sends. */
  next(): Promise<any>;
  /** Sends an operation and answers the first message for it. */
  ask(query: string, more?: object): Promise<any>;
}

const open: WebSocket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});

let ids = 0;

/** Opens a socket. Without `params` nothing is sent; with them `connection_init` is. */
export async function connect(
  url: string,
  params?: Record<string, unknown> | null,
  options: ClientOptions = {},
): Promise<TestClient> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', options);
  open.push(socket);
  const arrived: any[] = [];
  const waiting: ((message: any) => void)[] = [];
  const closed = new Promise<Closing>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString());
    const taker = waiting.shift();
    if (taker === undefined) arrived.push(message);
    else taker(message);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const client: TestClient = {
    socket,
    closed,
    send: (message) => socket.send(JSON.stringify(message)),
    next: () =>
      arrived.length > 0
        ? Promise.resolve(arrived.shift())
        : new Promise((resolve) => waiting.push(resolve)),
    ask(query, more = {}) {
      client.send({ id: String(++ids), type: 'subscribe', payload: { query, ...more } });
      return client.next();
    },
  };
  if (params !== undefined) client.send({ type: 'connection_init', payload: params ?? {} });
  return client;
}

/** The same, acknowledged. */
export async function connected(
  url: string,
  params: Record<string, unknown> | null = null,
  options: ClientOptions = {},
): Promise<TestClient> {
  const client = await connect(url, params, options);
  const first = await Promise.race([client.next(), client.closed]);
  if (first.type !== 'connection_ack')
    throw new Error(`not acknowledged: ${JSON.stringify(first)}`);
  return client;
}

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
