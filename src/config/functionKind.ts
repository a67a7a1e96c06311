import { Wrong, type Kind, type Tools } from './kinds.js';

/** How a function is named in text: a path, and what the module there exports. */
const reference = /^(.*[^#])#([\p{ID_Start}$_][\p{ID_Continue}$]*)$/u;

/** Null for a text that names nothing so. */
export function readReference(text: string): { path: string; exported: string } | null {
  const [, path, exported] = reference.exec(text) ?? [];
  return path === undefined || exported === undefined ? null : { path, exported };
}

type AnyFunction = (...args: never[]) => unknown;

/** What a function that is named in text knows of itself. */
export interface NamedInText {
  readonly path: string;
  readonly exported: string;
  /** The name under which it was set: `JWT_PAYLOAD_HANDLER`. */
  readonly setting: string;
  readonly importModule: NonNullable<Tools['importModule']>;
  /** The function itself, once it has been loaded. */
  loaded: AnyFunction | null;
}

const named = new WeakMap<AnyFunction, NamedInText>();

/** What is known of a function that was named in text; undefined for one that a program has passed. */
export const namedInText = (value: unknown): NamedInText | undefined =>
  typeof value === 'function' ? named.get(value as AnyFunction) : undefined;

/**
 * A function of the embedder's. From text it is one that passes its calls on, and that must have been loaded before:
 * reading settings runs nobody's code.
 */
export function handler<F extends AnyFunction>(name: string): Kind<F, F> {
  const file = `./handlers.mjs#${name}`;
  return {
    expected: `a function, in text named as ${file}: the path of a module, and what it exports`,
    placeholder: 'FUNCTION',
    example: file,
    codeExample: `(…) => …`,
    fromText(text, { importModule, setting = name }) {
      const read = readReference(text);
      if (read === null) return new Wrong();
      if (importModule === undefined) return new Wrong('can only be set in code here');
      return passingOn({ ...read, setting, importModule, loaded: null }) as unknown as F;
    },
    fromCode: (value) => (typeof value === 'function' ? value : new Wrong()),
    format: () => 'a function',
  };
}

function passingOn(about: NamedInText): AnyFunction {
  const passOn = (...args: never[]): unknown => {
    if (about.loaded === null) throw new Error(`${about.setting} has not been loaded.`);
    return about.loaded(...args);
  };
  named.set(passOn, about);
  return passOn;
}
