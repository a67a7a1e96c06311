import { formatDuration, parseDuration } from '../time.js';

/** What a kind may ask of the outside: the shelf itself reads no file. */
export interface Tools {
  /** The text of a file; throws where it cannot be read. */
  readFile(path: string): string;
  /** Absent where nobody looks. */
  readonly fileExists?: (path: string) => boolean;
  /** What a module exports; rejects where it cannot be loaded. Absent where no module may be named. */
  readonly importModule?: (path: string) => Promise<Readonly<Record<string, unknown>>>;
  /** The name of the setting that is read, as it was set. */
  readonly setting?: string;
}

/**
 * A value that is not of its kind; `because` replaces the usual "must be …" where it says more, `fix` the usual "Write …". Neither
 * ends with a full stop. `meant` is the right value that it stands for, where that is clear: it is named in place of the example.
 */
export class Wrong {
  constructor(
    readonly because: string | null = null,
    readonly fix: string | null = null,
    readonly meant?: string,
  ) {}
}

/** One type of value: how it is read from text (environment, flag), taken from code, and printed. */
export interface Kind<T, In> {
  /** Completes "must be …". */
  readonly expected: string;
  /** What stands for a value in help. */
  readonly placeholder: string;
  /** A right value, as text. */
  readonly example: string;
  /** A right value as code, where that is another. */
  readonly codeExample?: string;
  /** Values of this kind are never printed. */
  readonly secret?: boolean;
  /** What a flag without a value stands for; absent where it needs one. */
  readonly bare?: string;
  fromText(text: string, tools: Tools): T | Wrong;
  /** `value` is what a program passed: the types say `In`, the run says anything. */
  fromCode(value: In, tools: Tools): T | Wrong;
  format(value: T): string;
}

/** A whole number within bounds. */
export function integer(min: number, max: number, example: number): Kind<number, number> {
  const check = (value: unknown): number | Wrong =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : new Wrong();
  return {
    placeholder: 'N',
    expected: `a whole number from ${min} to ${max}`,
    example: String(example),
    fromText: (text) => (/^\d+$/.test(text) ? check(Number(text)) : new Wrong()),
    fromCode: check,
    format: String,
  };
}

/** How many there are to be, or as many as the machine has cores. */
export function countOrAuto(max: number, example: number): Kind<number | 'auto', number | 'auto'> {
  const count = integer(1, max, example);
  return {
    ...count,
    placeholder: 'N|auto',
    expected: `${count.expected}, or auto`,
    fromText: (text, tools) => (text === 'auto' ? text : count.fromText(text, tools)),
    fromCode: (value, tools) => (value === 'auto' ? value : count.fromCode(value, tools)),
    format: String,
  };
}

/** `true` or `false`, and nothing that merely looks like it. */
export const boolean = (example: boolean): Kind<boolean, boolean> => ({
  placeholder: 'true|false',
  expected: 'true or false',
  example: String(example),
  bare: 'true',
  fromText(text) {
    if (text === 'true' || text === 'false') return text === 'true';
    // As Python writes it. Who is told to write the example would switch to the opposite.
    return /^(true|false)$/i.test(text) ? new Wrong(null, null, text.toLowerCase()) : new Wrong();
  },
  fromCode: (value) => (typeof value === 'boolean' ? value : new Wrong()),
  format: String,
});

/** One word of a closed list. */
export function choice<const T extends string>(
  values: readonly T[],
  example: NoInfer<T>,
): Kind<T, T> {
  const check = (value: string): T | Wrong =>
    (values as readonly string[]).includes(value) ? (value as T) : new Wrong();
  return {
    placeholder: values.length > 5 ? `${values[0]}|…` : values.join('|'),
    expected: `one of ${values.join(', ')}`,
    example,
    fromText: check,
    fromCode: check,
    format: (value) => value,
  };
}

/** Text that passes `test`. */
export function text(
  expected: string,
  example: string,
  test: (value: string) => boolean = (value) => value !== '',
): Kind<string, string> {
  const check = (value: unknown): string | Wrong =>
    typeof value === 'string' && test(value) ? value : new Wrong();
  return {
    placeholder: 'TEXT',
    expected,
    example,
    fromText: check,
    fromCode: check,
    format: (value) => value,
  };
}

/** What GraphQL's Int holds (`accessTokenExpiresIn`), in whole days: 68 years. */
const LONGEST = 24_855 * 86_400;

/** A length of time, in seconds. `whole` asks for whole seconds, as a JWT's NumericDate has them (RFC 7519 §2). */
export function duration(
  example: string,
  { min = 0, whole = true }: { min?: number; whole?: boolean } = {},
): Kind<number, string | number> {
  const check = (value: string | number): number | Wrong => {
    if (typeof value !== 'string' && typeof value !== 'number') return new Wrong();
    const seconds = parseDuration(value);
    if (seconds === null || seconds < min || seconds > LONGEST) return new Wrong();
    return whole && !Number.isInteger(seconds) ? new Wrong() : seconds;
  };
  const least = min > 0 ? `, at least ${formatDuration(min)}` : '';
  return {
    placeholder: 'DURATION',
    expected: `a duration such as 30s, 5m, 7d or a number of ${whole ? 'whole ' : ''}seconds${least}`,
    example,
    fromText: check,
    fromCode: check,
    format: formatDuration,
  };
}

const sizeUnits: Record<string, number> = { '': 1, b: 1, k: 1024, m: 1024 ** 2 };

/** A number of bytes; `512KiB` and `1MiB` (also `kb`, `mb`) count in 1024s. */
export function size(example: string): Kind<number, string | number> {
  const check = (value: string | number): number | Wrong => {
    const match = /^(\d+)\s*(|b|[km](?:i?b)?)$/i.exec(String(value).trim());
    if (match === null) return new Wrong();
    const bytes = Number(match[1]) * (sizeUnits[(match[2] ?? '').charAt(0).toLowerCase()] ?? 1);
    return bytes >= 1 && bytes <= 1024 ** 3 ? bytes : new Wrong();
  };
  return {
    placeholder: 'SIZE',
    expected: 'a number of bytes, or a size such as 512KiB or 1MiB, at most 1024MiB',
    example,
    fromText: check,
    fromCode: check,
    format: (bytes) =>
      bytes % 1024 ** 2 === 0
        ? `${bytes / 1024 ** 2}MiB`
        : bytes % 1024 === 0
          ? `${bytes / 1024}KiB`
          : String(bytes),
  };
}

/** Several values, comma-separated in text and an array in code. Empty text is an empty list. */
export function list(
  expected: string,
  example: string,
  test: (item: string) => boolean,
): Kind<readonly string[], readonly string[]> {
  const isItem = (item: unknown): item is string => typeof item === 'string' && test(item);
  const check = (items: unknown): readonly string[] | Wrong =>
    Array.isArray(items) && items.every(isItem) ? Object.freeze([...items]) : new Wrong();
  return {
    placeholder: 'A,B',
    expected,
    example,
    codeExample: `['${example}']`,
    fromText: (all) => check(splitList(all)),
    fromCode: check,
    format: (items) => items.join(','),
  };
}

/** `a, b,` → `['a', 'b']`. */
export const splitList = (all: string): string[] =>
  all
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
