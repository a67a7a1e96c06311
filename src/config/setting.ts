import type { Kind } from './kinds.js';

/** One row of the table. `T` is what `config` holds, `In` what a program may pass. */
export interface Setting<T, In> {
  readonly kind: Kind<NonNullable<T>, In>;
  /** Undefined where unset is a value of its own. */
  readonly default: T;
  /** The default in production, where it is another. */
  readonly productionDefault: T;
  /** The default in words, where there is no value to print. */
  readonly unset: string;
  /** What it does, in a sentence or two, with its unit or side effect. */
  readonly help: string;
  /** A variable that is read where the setting's own is absent. */
  readonly alsoEnv: string | null;
}

interface Row<D> {
  default: D;
  productionDefault?: D;
  unset?: string;
  help: string;
  alsoEnv?: string;
}

/** A setting that always has a value. */
export const setting = <T, In>(kind: Kind<T, In>, row: Row<NoInfer<T>>): Setting<T, In> =>
  ({
    productionDefault: row.default,
    unset: 'none',
    alsoEnv: null,
    ...row,
    kind,
  }) as unknown as Setting<T, In>;

/** A setting that may be left unset. */
export const optional = <T, In>(
  kind: Kind<T, In>,
  row: Omit<Row<NoInfer<T>>, 'default' | 'productionDefault'>,
): Setting<T | undefined, In> =>
  setting(kind as Kind<T | undefined, In>, { ...row, default: undefined });
