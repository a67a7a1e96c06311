import { SettingsError } from '../config.js';
import { StoreSchemaError, StoreUnavailableError } from '../store/failures.js';
import { CommandError, exitCodes, type ExitCode } from './exitCodes.js';

/** What a command that fails ends with. */
export interface Ending {
  readonly exitCode: ExitCode;
  readonly message: string;
}

/** What whatever was thrown comes to. Never throws. */
export function endingOf(thrown: unknown): Ending {
  const error = thrown instanceof SettingsError ? wrongSettings(thrown.problems) : thrown;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CommandError) return { exitCode: error.exitCode, message };
  const isStore = error instanceof StoreUnavailableError || error instanceof StoreSchemaError;
  return { exitCode: isStore ? exitCodes.store : exitCodes.failed, message };
}

export const wrongSettings = (problems: readonly string[]): CommandError =>
  new CommandError(exitCodes.settings, ['The settings are wrong.', ...problems].join('\n- '));
