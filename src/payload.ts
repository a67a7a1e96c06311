import { createAttachments } from './attachments.js';
import type { ViewerContext } from './viewer.js';

/** What stands below the root field with this response key is seen by the viewer of this context. */
export interface Payload {
  readonly key: string;
  readonly context: ViewerContext;
}

/** Beside the contexts, not in them: an embedder may have frozen theirs. */
const payloads = createAttachments<object, Payload>();

/** To be told by a credential field that has succeeded. The rest of the operation is seen by the request's viewer. */
export const setPayload = (context: object, payload: Payload): void =>
  payloads.set(context, payload);

export const payloadOf = (context: unknown): Payload | undefined =>
  typeof context === 'object' && context !== null ? payloads.get(context) : undefined;
