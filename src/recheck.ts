import { createAttachments } from './attachments.js';
import type { MaybePromise } from './outcome.js';
import type { Credential } from './viewer.js';

const questions = createAttachments<Credential, () => MaybePromise<Credential>>();

/** Keeps how a valid credential can be asked for again: its token, as long as somebody holds what came of it. */
export const keepQuestion = (credential: Credential, ask: () => MaybePromise<Credential>): void =>
  questions.set(credential, ask);

/** What a credential is worth by now. For what lives longer than a request: a session may have ended meanwhile. */
export const recheck = (credential: Credential): MaybePromise<Credential> =>
  questions.get(credential)?.() ?? credential;
