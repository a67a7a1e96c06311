import { Console } from 'node:console';
import type { Log } from '../log.js';
import { redact } from '../redact.js';

const ignore = (): void => undefined;

const line =
  (level: string) =>
  (details: object, message: string): void => {
    // A copy of what can be written: errors are spelt out, and what leads back to itself ends somewhere.
    const shown = redact({ level, msg: `graphql-gatehouse: ${message}`, ...details });
    // A console drops what cannot be written. A stream reports it as an event, which ends a process that does not listen.
    new Console(process.stderr).log(JSON.stringify(shown));
  };

/** What a program hears of us that gives no `log`: warnings and errors, one line of JSON each, without tokens. */
export const stderrLog: Log = {
  debug: ignore,
  info: ignore,
  warn: line('warn'),
  error: line('error'),
};
