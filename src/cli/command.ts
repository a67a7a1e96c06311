import type { Config, Entry } from '../config.js';
import type { ExitCode } from './exitCodes.js';
import type { Io } from './io.js';

/** A flag of one command; settings are flags of their own. */
export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** What stands for its value in help; null = it takes none. */
  readonly value: string | null;
  readonly help: string;
  readonly repeatable?: boolean;
}

/** What a command was called with. */
export interface Call {
  readonly positionals: readonly string[];
  /** The last value of a flag. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
  isSet(name: string): boolean;
  readonly config: Config;
  /** Whether somebody set this setting, by flag or environment; `code` is its name in code, as `jwt.algorithm`. */
  isGiven(code: string): boolean;
}

export interface Command {
  /** One or two words. */
  readonly name: string;
  readonly summary: string;
  /** Positional arguments as help shows them: `NAME`, `[TOKEN]`. */
  readonly positionals: readonly string[];
  readonly flags: readonly Flag[];
  /** The settings that it takes as flags. */
  takes(entry: Entry): boolean;
  run(call: Call, io: Io): Promise<ExitCode>;
}

export const takesDatabase = (entry: Entry): boolean => entry.code === 'database';

export const jsonFlag: Flag = { name: 'json', value: null, help: 'Print JSON.' };

export const passwordStdin: Flag = {
  name: 'password-stdin',
  value: null,
  help: 'Read the password from standard input. Without it a random one is made and printed once.',
};
