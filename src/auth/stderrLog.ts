import type { Log } from '../log.js';

const ignore = (): void => undefined;

const line =
  (level: string) =>
  (details: object, message: string): void => {
    process.stderr.write(
      `${JSON.stringify({ level, msg: `graphql-gatehouse: ${message}`, ...details })}\n`,
    );
  };

/** What a program hears of us that gives no `log`: warnings and errors, one line of JSON each. */
export const stderrLog: Log = {
  debug: ignore,
  info: ignore,
  warn: line('warn'),
  error: line('error'),
};
