/** What moves a terminal's cursor, begins another line or turns the text around. */
const COMMANDS = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** A text on one line, as it is: what others have written gives the terminal no commands. */
export const printable = (text: string): string =>
  text.replace(COMMANDS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Rows as aligned columns with a head; nothing but the head where there are no rows. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map(printable));
  const widths = head.map((_, column) =>
    all.reduce((widest, row) => Math.max(widest, (row[column] ?? '').length), 0),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** Milliseconds as ISO 8601, or null. */
export const isoTime = (time: number | null): string | null =>
  time === null ? null : new Date(time).toISOString();
