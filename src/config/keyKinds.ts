import { randomBytes } from 'node:crypto';
import { Wrong, type Kind, type Tools } from './kinds.js';

/** What `secretKey` takes in code: text stands for its UTF-8 bytes. */
export type SecretInput = string | Uint8Array;

const FLAWED_ARRAY =
  'begins with [ and so must be a JSON array of distinct, non-empty texts, which it is not. ' +
  'A single secret that begins with [ is written as an array of one: ["[…"]';

const IS_A_PATH =
  'is the path of a file, and the path itself would be the secret, which anybody can guess';

/** As code. A fresh one each time: one that stood here would become the key of everybody who pastes it. */
const randomText = (size: number): string => `'${randomBytes(size).toString('base64url')}'`;

/** By a name of its own: declarations have `Uint8Array<…>` of what is inferred, which TypeScript knows from 5.7 on. */
export interface KeyBytes extends Uint8Array {
  readonly buffer: ArrayBufferLike;
}

/** One secret, or several of which the first signs and all verify. Their bytes, in that order. */
export const secrets: Kind<readonly KeyBytes[], SecretInput | readonly SecretInput[]> = {
  placeholder: 'SECRET',
  expected: 'a secret of random characters, or a JSON array of several',
  example: '"$(openssl rand -base64 48)"',
  get codeExample() {
    // 64 bytes: long enough for every algorithm that signs with a secret.
    return randomText(48);
  },
  secret: true,
  fromText(text, tools) {
    const isArray = text.trimStart().startsWith('[');
    const values = isArray ? parseArray(text) : [text];
    if (values.some((value) => isPath(value, tools))) {
      const { setting: name = '' } = tools;
      const shell = `${name}${name.startsWith('-') ? ' ' : '='}"$(cat FILE)"`;
      return new Wrong(IS_A_PATH, `Set it to what the file holds: ${shell}`);
    }
    const bytes = bytesOf(values);
    return isArray && bytes instanceof Wrong ? new Wrong(FLAWED_ARRAY) : bytes;
  },
  fromCode(value, tools) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.some((one) => isPath(one, tools))
      ? new Wrong(IS_A_PATH, "Set it to what the file holds: readFileSync(FILE, 'utf8').trim()")
      : bytesOf(values);
  },
  format: () => '(not shown)',
};

function parseArray(text: string): unknown[] {
  try {
    const array: unknown = JSON.parse(text);
    return Array.isArray(array) ? array : [];
  } catch {
    return [];
  }
}

/**
 * The keys of a pair may be named by their files, a secret may not: a text with a slash may well be one. It is none where
 * such a file is there, or a folder, which Docker makes of a file that it does not find. Nothing is read: a device has no
 * end.
 */
const isPath = (value: unknown, { fileExists }: Tools): boolean =>
  typeof value === 'string' && /[/\\]/.test(value) && fileExists?.(value.trim()) === true;

function bytesOf(values: readonly unknown[]): readonly Uint8Array[] | Wrong {
  const all: Uint8Array[] = [];
  for (const value of values) {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    if (!(bytes instanceof Uint8Array) || bytes.length === 0) return new Wrong();
    // Two equal secrets would be one key under one `kid`, twice.
    if (all.some((other) => Buffer.compare(other, bytes) === 0)) return new Wrong();
    all.push(Uint8Array.from(bytes));
  }
  return all.length === 0 ? new Wrong() : Object.freeze(all);
}

/** A PEM text, or the path of a file that holds one. The PEM itself. */
export function pem(which: 'public' | 'private'): Kind<string, string> {
  const label = `${which.toUpperCase()} KEY-----`;
  const check = (value: unknown, tools: Tools): string | Wrong => {
    if (typeof value !== 'string' || value.trim() === '') return new Wrong();
    const text = value.includes('-----BEGIN') ? value : read(value, tools);
    if (text instanceof Wrong) return text;
    // Many places that hold environment variables keep a line break as the two characters \n.
    const lines = text.replaceAll('\\n', '\n').trim();
    return lines.includes('-----BEGIN') && lines.includes(label) ? `${lines}\n` : new Wrong();
  };
  return {
    placeholder: 'PEM|FILE',
    expected: `a ${which} key as PEM text (-----BEGIN … ${label}), or the path of a PEM file`,
    example: `${which}.pem`,
    secret: true,
    fromText: check,
    fromCode: check,
    format: () => '(not shown)',
  };
}

function read(path: string, tools: Tools): string | Wrong {
  try {
    return tools.readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    // What was meant as a key and is not one may still be a secret: the path is not repeated.
    return new Wrong(`is taken for the path of a PEM file, and that file cannot be read (${code})`);
  }
}

/** 32 bytes as base64url; nothing but the very text that encodes them. */
export const masterKey: Kind<KeyBytes, string> = {
  placeholder: 'KEY',
  expected: '32 random bytes in base64url, which are 43 characters of A-Z a-z 0-9 - _',
  example: `"$(node -p 'require("crypto").randomBytes(32).toString("base64url")')"`,
  get codeExample() {
    return randomText(32);
  },
  secret: true,
  fromText: readMasterKey,
  fromCode: readMasterKey,
  format: () => '(not shown)',
};

function readMasterKey(value: unknown): Uint8Array | Wrong {
  if (typeof value !== 'string') return new Wrong();
  const bytes = Buffer.from(value, 'base64url');
  return bytes.length === 32 && bytes.toString('base64url') === value ? bytes : new Wrong();
}
