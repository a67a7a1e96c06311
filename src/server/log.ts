import pino, { type DestinationStream } from 'pino';
import type { Log } from '../log.js';
import { redact } from './redact.js';

export interface LogOptions {
  /** The least important lines that are still written. */
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /**
   * Default: standard output. Warnings and errors, with all that came before them, are written at once; other lines
   * wait for each other, 100 ms at most, so that a process that is killed loses no more than those.
   */
  readonly destination?: DestinationStream;
  /** Members of every line, such as which of several processes wrote it. Default: none. */
  readonly origin?: Readonly<Record<string, string | number>>;
}

/** One JSON object a line, without secrets: no token or password, under whatever key, is ever written. */
export function createLog({ level, destination, origin }: LogOptions): Log {
  const options = {
    level,
    base: origin ?? null,
    timestamp: createTimestamp(),
    // Errors are spelt out, and cleaned, before pino sees them.
    serializers: { err: (error: unknown) => error },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const output = destination === undefined ? standardOutput() : null;
  const logger = pino(options, output ?? destination);
  const write =
    (name: keyof Log) =>
    (details: object, message: string): void => {
      if (!logger.isLevelEnabled(name)) return;
      logger[name](redact(details) as object, redact(message) as string);
      if (name === 'warn' || name === 'error') output?.flush();
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}

const GATHERED_BYTES = 3072;
/** POSIX's PIPE_BUF on Linux: a pipe that several processes write into takes so much in one piece. */
const WRITTEN_BYTES = 4096;
const GATHERED_MS = 100;

/** One write for many lines. */
function standardOutput(): ReturnType<typeof pino.destination> {
  const output = pino.destination({
    dest: 1,
    sync: true,
    minLength: GATHERED_BYTES,
    maxWrite: WRITTEN_BYTES,
    periodicFlush: GATHERED_MS,
  });
  process.once('exit', () => output.flush());
  return output;
}

/** The time as ISO 8601, spelt once a millisecond. */
function createTimestamp(): () => string {
  let [last, text] = [0, ''];
  return () => {
    const now = Date.now();
    if (now !== last) {
      last = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}
