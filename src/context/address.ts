import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import proxyaddr from 'proxy-addr';
import { createAttachments } from '../attachments.js';
import type { Log } from '../log.js';
import type { Site } from './site.js';

/** Nobody, so many hops, or the peers in these ranges may say for whom they speak. */
export type TrustProxy = false | number | readonly string[];

export interface AddressReader {
  /** The client's address; `unknown` where the connection is gone already. */
  clientOf(request: IncomingMessage): string;
  /** Whether the peer may speak for somebody else. */
  isTrusted(request: IncomingMessage): boolean;
  /** Where the browser sent it, through trusted proxies. */
  siteOf(this: void, request: IncomingMessage): Site;
}

/** Ranges in which proxies stand, and clients of the public internet do not. */
const privateRanges = ['private', 'loopback', 'uniqueLocal', 'linkLocal'];

/** Without `X-Forwarded-For` they show a proxy all the same. */
const proxySigns = ['forwarded', 'x-real-ip', 'x-forwarded-proto', 'x-forwarded-host', 'via'];

/**
 * Reads `X-Forwarded-For` as far as trusted proxies wrote it. While nobody is trusted, a forwarded header from a
 * private peer logs one warning, and so does a trusted proxy that does not write it: all clients behind that proxy would
 * share one address.
 */
export function createAddressReader(trustProxy: TrustProxy, log: Log): AddressReader {
  const trust = trustOf(trustProxy);
  // A connection has one peer for all its requests, and reading an address is a good part of a small one.
  const peers = createAttachments<object, string>();
  let warned = false;

  function peerOf({ socket }: IncomingMessage): string | null {
    const known = peers.get(socket);
    if (known !== undefined) return known;
    const peer = normalize(socket.remoteAddress ?? '');
    if (peer !== null) peers.set(socket, peer);
    return peer;
  }

  function warnOnce(request: IncomingMessage, peer: string): void {
    const { headers } = request;
    if (headers['x-forwarded-for'] === undefined && headers.forwarded === undefined) return;
    if (!isIP(peer) || !privateRanges.includes(ipaddr.parse(peer).range())) return;
    warned = true;
    log.warn(
      { peer },
      'A proxy forwards requests, but trustProxy is off: all its clients count as one address. Set GATEHOUSE_TRUST_PROXY to the number of proxies or to their addresses.',
    );
  }

  function warnOfSilence(request: IncomingMessage, peer: string): void {
    const { headers } = request;
    if (headers['x-forwarded-for'] !== undefined || !isTrusted(request)) return;
    if (!proxySigns.some((name) => headers[name] !== undefined)) return;
    warned = true;
    log.warn(
      { peer },
      'A trusted proxy forwards requests without X-Forwarded-For: all its clients count as one address. Let it write the address of its client into that header.',
    );
  }

  const isTrusted = (request: IncomingMessage): boolean =>
    trust !== null && trust(request.socket.remoteAddress ?? '', 0);

  return {
    clientOf(request) {
      const peer = peerOf(request);
      if (trust === null) {
        if (!warned) warnOnce(request, peer ?? '');
        return peer ?? 'unknown';
      }
      if (!warned) warnOfSilence(request, peer ?? '');
      // A proxy may pass on what the client wrote, and that may be anything.
      return normalize(proxyaddr(request, trust)) ?? peer ?? 'unknown';
    },
    isTrusted,
    siteOf: (request) => siteOf(request, isTrusted(request)),
  };
}

function siteOf({ headers, socket }: IncomingMessage, isForwarded: boolean): Site {
  const forwarded = (name: string): string | undefined =>
    // The first proxy is the one that the browser spoke to.
    isForwarded
      ? String(headers[name] ?? '')
          .split(',', 1)[0]
          ?.trim() || undefined
      : undefined;
  const proto = forwarded('x-forwarded-proto')?.toLowerCase();
  const isEncrypted = (socket as { encrypted?: boolean }).encrypted === true;
  return {
    scheme: proto === 'https' || proto === 'http' ? proto : isEncrypted ? 'https' : null,
    // RFC 9113 §8.3.1: HTTP/2 has its own name for it.
    host: forwarded('x-forwarded-host') ?? headers.host ?? authorityOf(headers),
  };
}

const authorityOf = (headers: IncomingMessage['headers']): string | null => {
  const authority = headers[':authority'];
  return typeof authority === 'string' ? authority : null;
};

function trustOf(trustProxy: TrustProxy): ((address: string, hop: number) => boolean) | null {
  if (trustProxy === false || trustProxy === 0) return null;
  if (typeof trustProxy === 'number') return (_address, hop) => hop < trustProxy;
  const isWithin = proxyaddr.compile([...trustProxy]);
  return (address, hop) => isWithin(withoutPort(address), hop);
}

/** Some proxies add the port. */
function withoutPort(text: string): string {
  const address = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/.exec(text);
  return address?.[1] ?? address?.[2] ?? text;
}

/** One way to write each address; null for what is none. */
function normalize(text: string): string | null {
  const bare = withoutPort(text);
  return isIP(bare) ? ipaddr.process(bare).toString() : null;
}
