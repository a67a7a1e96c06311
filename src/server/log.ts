import pino, { type DestinationStream } from 'pino';
import type { Log } from '../log.js';
import { redact } from '../redact.js';

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
  const clock = { at: 0 };
  const options = {
    level,
    base: origin ?? null,
    timestamp: createTimestamp(clock),
    // Errors are spelt out, and cleaned, before pino sees them.
    serializers: { err: (error: unknown) => error },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const output = destination === undefined ? standardOutput() : null;
  const logger = pino(options, output ?? destination);
  const emit = ({ name, details, message, at }: Line): void => {
    clock.at = at;
    logger[name](redact(details) as object, redact(message) as string);
  };
  const gathering = output === null ? null : createGathering(emit, () => output.flush());
  const write =
    (name: keyof Log) =>
    (details: object, message: string): void => {
      if (!logger.isLevelEnabled(name)) return;
      const line = { name, details, message, at: Date.now() };
      if (gathering === null) emit(line);
      else gathering.add(line, name === 'warn' || name === 'error');
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}

interface Line {
  readonly name: keyof Log;
  readonly details: object;
  readonly message: string;
  /** When it happened, in milliseconds. */
  readonly at: number;
}

/** Lines that wait for each other: together they cost less than half. */
function createGathering(emit: (line: Line) => void, flush: () => void) {
  let lines: Line[] = [];
  let timer: NodeJS.Timeout | null = null;

  function write(): void {
    const gathered = lines;
    lines = [];
    if (timer !== null) clearTimeout(timer);
    timer = null;
    for (const line of gathered) emit(line);
    flush();
  }

  process.once('exit', write);
  return {
    add(line: Line, isUrgent: boolean): void {
      lines.push(line);
      if (isUrgent || lines.length >= GATHERED_LINES) write();
      else timer ??= setTimeout(write, GATHERED_MS).unref();
    },
  };
}

const GATHERED_LINES = 200;
const GATHERED_MS = 100;
/** POSIX's PIPE_BUF on Linux: a pipe that several processes write into takes so much in one piece. */
const WRITTEN_BYTES = 4096;
const KEPT_BYTES = 1024 ** 2;

/** One write for many lines. */
function standardOutput(): ReturnType<typeof pino.destination> {
  const output = pino.destination({
    dest: 1,
    sync: true,
    minLength: WRITTEN_BYTES - 1024,
    maxWrite: WRITTEN_BYTES,
    // What cannot be written waits, up to this, for the disk to have room again; then it is dropped.
    maxLength: KEPT_BYTES,
  });
  // A full disk under the log ends no server: `pino` lets pass only what it has listeners for, EPIPE apart.
  output.on('error', () => undefined);
  return output;
}

/** The time as ISO 8601, spelt once a millisecond. */
function createTimestamp(clock: { readonly at: number }): () => string {
  let [last, text] = [-1, ''];
  return () => {
    if (clock.at !== last) {
      last = clock.at;
      text = `,"time":"${new Date(last).toISOString()}"`;
    }
    return text;
  };
}
