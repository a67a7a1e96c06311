import type { Environment } from '../config.js';
import type { Log } from '../log.js';
import type { Clock } from '../time.js';
import { failure } from './exitCodes.js';

/** All that a command knows of the world outside. */
export interface Io {
  readonly env: Environment;
  readonly version: string;
  readonly clock: Clock;
  stdout(text: string): void;
  stderr(text: string): void;
  /** All of standard input. */
  readStdin(): Promise<string>;
  /** Throws where it cannot be read. */
  readFile(path: string): string;
  /** The same, as it is. */
  readBytes(path: string): Uint8Array;
  fileExists(path: string): boolean;
  /** What a module exports; runs its code. */
  importModule(path: string): Promise<Readonly<Record<string, unknown>>>;
  randomBytes(size: number): Uint8Array;
  /** Settles when the process is asked to stop (SIGTERM, SIGINT, SIGHUP). */
  stopRequested(): Promise<void>;
  /** Ends the process so many milliseconds from now, whatever keeps it alive until then. */
  exitAfter(milliseconds: number): void;
}

/** A log for commands that run and end: warnings and errors go to standard error, the rest nowhere. */
export function commandLog(io: Io): Log {
  const ignore = (): void => undefined;
  const print = (_details: object, message: string): void => io.stderr(`${message}\n`);
  return { debug: ignore, info: ignore, warn: print, error: print };
}

/** 24 characters of 144 random bits. */
export const randomPassword = (io: Io): string =>
  Buffer.from(io.randomBytes(18)).toString('base64url');

/** A password from standard input, without the line break at its end. */
export async function passwordFromStdin(io: Io): Promise<string | null> {
  const password = (await io.readStdin()).replace(/\r?\n$/, '');
  return password === '' ? null : password;
}

/** The text of a file, `-` for standard input. Where it cannot be read the command ends, with `fix` behind the reason. */
export async function contentOf(name: string, io: Io, fix: string): Promise<string> {
  return name === '-' ? io.readStdin() : readOr(() => io.readFile(name), name, fix);
}

/** The same, where U+FFFD in place of what is not UTF-8 would be kept. */
export async function utf8ContentOf(name: string, io: Io, fix: string): Promise<string> {
  return name === '-'
    ? io.readStdin()
    : utf8(
        readOr(() => io.readBytes(name), name, fix),
        name,
      );
}

function readOr<Content>(read: () => Content, name: string, fix: string): Content {
  try {
    return read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    if (code === 'ERR_FS_FILE_TOO_LARGE') throw tooBig(name);
    throw failure(`${name} cannot be read (${code}). ${fix}`);
  }
}

/** Other bytes would be read as U+FFFD: a password or a name that nobody has, and the same for many. */
export function utf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG') throw tooBig(name);
    throw failure(`${name} is not UTF-8. Convert it, for example with iconv.`);
  }
}

/** The longest text of V8 has that many characters. */
const tooBig = (name: string): Error =>
  failure(
    `${name} is larger than 512 MiB, the most that is read at once. Leave out what is not needed, or split it.`,
  );
