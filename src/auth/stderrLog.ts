import type { Log } from '../log.js';
import { redact } from '../redact.js';

const ignore = (): void => undefined;

const line =
  (level: string) =>
  (details: object, message: string): void => {
    // A copy of what can be written: errors are spelt out, and what leads back to itself ends somewhere.
    const shown = redact({ level, msg: `graphql-gatehouse: ${message}`, ...details });
    process.stderr.write(`${JSON.stringify(shown)}\n`);
  };

/** What a program hears of us that gives no `log`: warnings and errors, one line of JSON each, without tokens. */
export const stderrLog: Log = {
  debug: ignore,
  info: ignore,
  warn: line('warn'),
  error: line('error'),
};
