import pino, { type DestinationStream } from 'pino';
import type { Log } from '../log.js';
import { redact } from './redact.js';

export interface LogOptions {
  /** The least important lines that are still written. */
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Default: standard output, written synchronously. */
  readonly destination?: DestinationStream;
  /** Members of every line, such as which of several processes wrote it. Default: none. */
  readonly origin?: Readonly<Record<string, string | number>>;
}

/** One JSON object a line, without secrets: no token or password, under whatever key, is ever written. */
export function createLog({ level, destination, origin }: LogOptions): Log {
  const options = {
    level,
    base: origin ?? null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Errors are spelt out, and cleaned, before pino sees them.
    serializers: { err: (error: unknown) => error },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  const write =
    (name: keyof Log) =>
    (details: object, message: string): void => {
      if (logger.isLevelEnabled(name)) {
        logger[name](redact(details) as object, redact(message) as string);
      }
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}
