import type { Entry, SettingsInput } from './table.js';

export type Environment = Readonly<Record<string, string | undefined>>;
/** Names without dashes. */
export type Flags = Readonly<Record<string, string | undefined>>;

/** A value that somebody set, and the name under which they did. */
export interface Given {
  readonly value: unknown;
  /** `JWT_LEEWAY`, `--jwt-leeway` or `jwt.leeway`. */
  readonly name: string;
  readonly from: 'flag' | 'env' | 'code';
}

export interface Sources {
  env: Environment;
  flags: Flags;
  code: SettingsInput | undefined;
}

/** Flag beats environment beats code. Null where nobody set it. */
export function findGiven(entry: Entry, { env, flags, code }: Sources): Given | null {
  const flag = flags[entry.flag];
  if (flag !== undefined) return { value: flag, name: `--${entry.flag}`, from: 'flag' };
  for (const name of entry.env) {
    const value = env[name];
    if (value !== undefined) return { value, name, from: 'env' };
  }
  const rows = (entry.inJwt ? code?.jwt : code) as Record<string, unknown> | undefined;
  const value = rows?.[entry.key];
  return value === undefined ? null : { value, name: entry.code, from: 'code' };
}

/** How one writes a right value of `entry` in the place that `from` names: something to copy. */
export function written(
  entry: Entry,
  from: Given['from'],
  example = entry.setting.kind.example,
): string {
  const { codeExample } = entry.setting.kind;
  switch (from) {
    case 'flag':
      return `--${entry.flag} ${example}`;
    case 'env':
      return `${entry.env[0]}=${example}`;
    case 'code':
      if (codeExample !== undefined) return `${entry.code}: ${codeExample}`;
      return `${entry.code}: ${/^(\d+|true|false)$/.test(example) ? example : `'${example}'`}`;
  }
}
