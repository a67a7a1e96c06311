import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { Site } from '../context/site.js';
import type { HttpRequest } from './options.js';
import type { Unanswered } from './respond.js';
import { targetOf } from './target.js';

/** One request and its answer, with what is learned on the way; the log line is made of it. */
export class Exchange implements HttpRequest, Unanswered {
  readonly method: string;
  readonly path: string;
  /** Begins with `?`, or is empty. */
  readonly search: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly codes = new Set<string>();
  operationName: string | null = null;
  document: DocumentNode | undefined;
  variables: unknown;
  /** Bytes. */
  bodySize = 0;
  /** The judge has let it pass, and is not asked again. */
  judgedOperation: OperationDefinitionNode | null = null;
  userId: string | null = null;
  /** Something broke outside of any resolver. */
  failed = false;
  readonly head: string[];

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    readonly requestId: string,
    readonly address: string,
    private readonly siteOf: (request: IncomingMessage) => Site,
  ) {
    this.head = ['x-request-id', requestId, 'x-content-type-options', 'nosniff'];
    const url = targetOf(request.url ?? '/');
    const mark = url.indexOf('?');
    this.method = request.method ?? 'GET';
    this.path = mark === -1 ? url : url.slice(0, mark);
    this.search = mark === -1 ? '' : url.slice(mark);
    this.headers = request.headers;
    this.rawHeaders = request.rawHeaders;
  }

  get site(): Site {
    return this.siteOf(this.request);
  }

  addCookie(cookie: string): void {
    this.head.push('set-cookie', cookie);
  }
}
