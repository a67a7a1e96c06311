/** Rows as aligned columns with a head; nothing but the head where there are no rows. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
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
