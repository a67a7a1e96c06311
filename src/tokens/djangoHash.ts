import { verify as bcryptVerify } from '@node-rs/bcrypt';
import { createHash, pbkdf2, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

/** A password hash as Django stores it in `auth_user.password`, understood. */
export type DjangoHash =
  /** argon2 in the PHC format, which the comparer of our own hashes takes too. */
  | { readonly kind: 'argon2'; readonly phc: string }
  /** Compares the raw text: Django hashes what came, in no normal form. Off the event loop. */
  | { readonly kind: 'other'; readonly matches: (password: string) => Promise<boolean> };

/** `why` completes "it …"; it never repeats the hash. */
export type ReadDjangoHash = DjangoHash | { readonly kind: 'unreadable'; readonly why: string };

/** What one comparison may cost: about two seconds of one core, or 256 MiB. More is no hash that anybody meant. */
const MAX_ITERATIONS = 5_000_000;
const MAX_BCRYPT_ROUNDS = 15;
const MAX_SCRYPT_BYTES = 256 * 1024 * 1024;
const MAX_ARGON2 = { m: 262_144, t: 16, p: 64 };

const derivePbkdf2 = promisify(pbkdf2);
const deriveScrypt = promisify<string, string, number, ScryptOptions, Buffer>(scrypt);

/** Reads one of the hashes that Django's `PASSWORD_HASHERS` make. Computes nothing, never throws. */
export function readDjangoHash(stored: string): ReadDjangoHash {
  const [name = ''] = stored.split('$', 1);
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (read !== undefined) return read(stored.slice(name.length + 1));
  const isKnown = ['md5', 'sha1', 'unsalted_md5', 'unsalted_sha1', 'crypt'].includes(name);
  return unreadable(
    isKnown ? `is made with ${name}, which is broken` : 'is in no format that is known here',
  );
}

const readers: Readonly<Record<string, (rest: string) => ReadDjangoHash>> = {
  pbkdf2_sha256: (rest) => readPbkdf2(rest, 'sha256', 32),
  pbkdf2_sha1: (rest) => readPbkdf2(rest, 'sha1', 20),
  argon2: (rest) => readArgon2(`$${rest}`),
  // The digest first, so that bcrypt does not cut off what is longer than 72 bytes.
  bcrypt_sha256: (rest) =>
    readBcrypt(rest, (password) => createHash('sha256').update(password, 'utf8').digest('hex')),
  bcrypt: (rest) => readBcrypt(rest, (password) => password),
  scrypt: readScrypt,
};

/** `260000$salt$base64`. */
function readPbkdf2(rest: string, digest: string, size: number): ReadDjangoHash {
  const match = /^(\d{1,15})\$([^$]+)\$([A-Za-z0-9+/]+={0,2})$/.exec(rest);
  const [, count, salt = '', hash = ''] = match ?? [];
  const expected = Buffer.from(hash, 'base64');
  const iterations = Number(count);
  if (match === null || expected.length !== size || iterations < 1) return malformed;
  if (iterations > MAX_ITERATIONS) {
    return unreadable(`asks for ${iterations} iterations, and ${MAX_ITERATIONS} are the most here`);
  }
  const derive = (password: string) => derivePbkdf2(password, salt, iterations, size, digest);
  return { kind: 'other', matches: async (text) => timingSafeEqual(await derive(text), expected) };
}

/** `$argon2id$v=19$m=102400,t=2,p=8$salt$hash`, also argon2i and argon2d. */
function readArgon2(phc: string): ReadDjangoHash {
  const match =
    /^\$argon2(?:id|i|d)\$v=\d+\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$[\w+/]+\$[\w+/]+$/.exec(phc);
  if (match === null) return malformed;
  const [m, t, p] = match.slice(1).map(Number) as [number, number, number];
  if (m > MAX_ARGON2.m || t > MAX_ARGON2.t || p > MAX_ARGON2.p) {
    const { m: memory, t: passes, p: lanes } = MAX_ARGON2;
    return unreadable(
      `asks for m=${m}, t=${t}, p=${p}, and the most here is m=${memory}, t=${passes}, p=${lanes}`,
    );
  }
  return { kind: 'argon2', phc };
}

/** `$2b$12$saltandhash`. */
function readBcrypt(hash: string, prepare: (password: string) => string): ReadDjangoHash {
  const match = /^\$2[abxy]?\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash);
  if (match === null) return malformed;
  const rounds = Number(match[1]);
  if (rounds > MAX_BCRYPT_ROUNDS) {
    return unreadable(`asks for 2^${rounds} rounds, and 2^${MAX_BCRYPT_ROUNDS} are the most here`);
  }
  return { kind: 'other', matches: (password) => bcryptVerify(prepare(password), hash) };
}

/** `16384$salt$8$1$base64`. */
function readScrypt(rest: string): ReadDjangoHash {
  const match = /^(\d{1,9})\$([^$]+)\$(\d{1,4})\$(\d{1,4})\$([A-Za-z0-9+/]+={0,2})$/.exec(rest);
  const [, cost, salt = '', block, lanes, hash = ''] = match ?? [];
  const [N, r, p] = [Number(cost), Number(block), Number(lanes)];
  const expected = Buffer.from(hash, 'base64');
  // RFC 7914 §6: the cost is a power of two.
  if (match === null || expected.length !== 64 || N < 2 || r < 1 || p < 1) return malformed;
  if (!Number.isInteger(Math.log2(N))) return malformed;
  // Work grows with p as it does with N.
  if (128 * N * r * p > MAX_SCRYPT_BYTES) {
    return unreadable(`asks for N=${N}, r=${r}, p=${p}, which is more than is computed here`);
  }
  const options = { N, r, p, maxmem: 2 * MAX_SCRYPT_BYTES };
  const derive = (password: string) => deriveScrypt(password, salt, 64, options);
  return { kind: 'other', matches: async (text) => timingSafeEqual(await derive(text), expected) };
}

const unreadable = (why: string) => ({ kind: 'unreadable', why }) as const;
const malformed = unreadable('is not a whole hash');
