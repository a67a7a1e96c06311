import type { AuthStorage } from './authStorage.js';

/** The little that is used of a browser, where there is one. */
export interface Browser extends Partial<Emitter> {
  readonly localStorage?: AuthStorage;
  readonly BroadcastChannel?: new (name: string) => Channel;
  readonly document?: { cookie: string; readonly hidden: boolean; readonly baseURI?: string };
  readonly navigator?: { readonly locks?: Locks };
}

/** The Web Locks API. */
export interface Locks {
  request<Result>(
    name: string,
    options: { signal: AbortSignal },
    act: () => Promise<Result>,
  ): Promise<Result>;
}

export interface Emitter {
  addEventListener(
    type: string,
    listener: (event: { type: string }) => void,
    options: { signal: AbortSignal },
  ): void;
}

export interface Channel {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
  /** Node's. */
  unref?(): void;
}

export const browser = globalThis as unknown as Browser;
