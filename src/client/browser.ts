import type { AuthStorage } from './authStorage.js';

/** The little that is used of a browser, where there is one. */
export interface Browser extends Partial<Emitter> {
  readonly localStorage?: AuthStorage;
  readonly BroadcastChannel?: new (name: string) => Channel;
  readonly location?: { readonly href: string };
  readonly document?: { cookie: string; readonly hidden: boolean };
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
