export function times(
  count: number,
  part: string | ((index: number) => string),
  join?: string,
): string;
export function nest(count: number, open: string, inside: string, close: string): string;
export const documents: Readonly<Record<string, string>>;
export const inputs: Readonly<Record<string, string>>;
export function withInput(input: string): string;
