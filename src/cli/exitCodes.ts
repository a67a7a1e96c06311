/** What the process ends with. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** An unknown command or flag, or a missing argument. */
  usage: 2,
  /** A setting is wrong. */
  settings: 3,
  /** The store is unreachable, or its schema is newer than this program. */
  store: 4,
  /** A check ran to its end and found something. */
  found: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with a sentence on standard error. */
export class CommandError extends Error {
  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}

/** The command was not called as it wants to be. */
export const usageError = (message: string): CommandError =>
  new CommandError(exitCodes.usage, message);

export const failure = (message: string): CommandError =>
  new CommandError(exitCodes.failed, message);
