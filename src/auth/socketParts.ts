import type { DocumentNode, GraphQLFormattedError } from 'graphql';
import type { RequestFacts } from '../context/context.js';
import type { SocketWatch } from '../context/socketWatch.js';
import type { MaybePromise } from '../outcome.js';
import type { RequestContext } from '../request.js';
import type { AuthRequest } from './requestFacts.js';
import type { SchemaSide } from './schemaSide.js';
import type { AdmissionRules } from './socketAdmission.js';

/** What an operation over a socket has brought, as far as it is known. */
export interface AskedOverSocket {
  readonly authorization?: string | undefined;
  readonly query?: string | undefined;
  readonly variables?: unknown;
  readonly document?: DocumentNode | undefined;
}

/** What GraphQL over WebSocket stands on. */
export interface GraphqlWsParts extends Pick<SchemaSide, 'judge' | 'respond'> {
  readonly rules: AdmissionRules;
  readonly factsOf: (request: AuthRequest) => RequestFacts;
  readonly contextOf: (facts: RequestFacts) => MaybePromise<RequestContext>;
  readonly sockets: SocketWatch;
  /** Masks errors on their way out. */
  readonly format: (errors: readonly unknown[], asked: AskedOverSocket) => GraphQLFormattedError[];
}
