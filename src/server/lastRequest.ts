import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createAttachments } from '../attachments.js';

const ending = createAttachments<Duplex, true>();

/** The connection ends with the answer to this request: what was sent behind it is not begun (RFC 9112 §9.6). */
export const markLast = ({ socket }: IncomingMessage): void => ending.set(socket, true);

export const isBehindLast = ({ socket }: IncomingMessage): boolean => ending.get(socket) === true;
