import { readDjangoHash } from '../../tokens/djangoHash.js';
import { emailProblem, normalizeEmail } from '../email.js';

/** Where a dump has what we need, as the project's user model names it. */
export interface DumpOptions {
  /** Of the users, as `dumpdata` prints it. Default `auth.user`. */
  readonly model: string;
  readonly emailField: string;
  /** What its tokens name a user by (`USERNAME_FIELD`). Null = `username`, or the email of a model without that field. */
  readonly usernameField: string | null;
  /** Who has no email becomes `username@emailDomain`; null = is not imported. */
  readonly emailDomain: string | null;
}

/** A user that cannot be imported. */
export interface UserProblem {
  readonly id: string | null;
  readonly email: string | null;
  /** Completes a sentence about the user; never repeats a hash. */
  readonly why: string;
}

export type DjangoFields = Readonly<Record<string, unknown>>;

/** What is kept of a password: the hash, or nothing because nobody could log in with it, or because we cannot read it. */
export type KeptPassword = 'kept' | 'unusable' | 'unsupported';

/** A user of a Django project in our terms. Times are milliseconds since 1970. */
export interface DjangoUser {
  /** Django's primary key. */
  readonly id: string;
  readonly username: string | null;
  readonly email: string;
  readonly passwordHash: string | null;
  readonly password: KeptPassword;
  /** Why a hash was not kept. */
  readonly passwordProblem: string | null;
  readonly isActive: boolean;
  readonly createdAt: number | null;
  readonly lastLoginAt: number | null;
  /** What a role may be given for: `superuser`, `staff`, `group:NAME`. */
  readonly traits: readonly string[];
}

interface UserOptions extends DumpOptions {
  /** Names of the groups by primary key, as text. */
  readonly groups: ReadonlyMap<string, string>;
}

/** One object of the user model. */
export function readDjangoUser(
  pk: unknown,
  fields: DjangoFields,
  options: UserOptions,
): DjangoUser | UserProblem {
  const id = idOf(pk);
  const problem = (why: string, email: string | null = null) => ({ id, email, why });
  if (id === null) return { id: null, email: null, why: pkProblem(pk) };
  const username = usernameOf(fields, options);
  const email = emailOf(fields[options.emailField], username, options.emailDomain);
  if (email === '') {
    return problem('there is no email, and people log in by it here. See --email-domain');
  }
  if (emailProblem(email) !== null) return problem('the email is no address', email);
  const [createdAt, lastLoginAt] = [fields['date_joined'], fields['last_login']].map(momentOf);
  if (Number.isNaN(createdAt)) return problem('date_joined is no date', email);
  if (Number.isNaN(lastLoginAt)) return problem('last_login is no date', email);
  const { is_active: isActive = true } = fields;
  // What Python takes for false must not make an account that is enabled.
  if (typeof isActive !== 'boolean') return problem('is_active is neither true nor false', email);
  return {
    id,
    username,
    email,
    ...passwordOf(fields['password']),
    isActive,
    createdAt: createdAt ?? null,
    lastLoginAt: lastLoginAt ?? null,
    traits: traitsOf(fields, options.groups),
  };
}

function idOf(pk: unknown): string | null {
  if (typeof pk === 'number') return Number.isSafeInteger(pk) ? String(pk) : null;
  const isText = typeof pk === 'string' && pk !== '' && pk.length <= 255;
  return isText && !/\p{C}/u.test(pk) ? pk : null;
}

function pkProblem(pk: unknown): string {
  if (pk === undefined || pk === null) {
    return 'there is no primary key. Write the dump without --natural-primary';
  }
  return typeof pk === 'number'
    ? 'the primary key is no whole number below 2^53: JSON does not keep it. Write it as text'
    : 'the primary key is neither a number nor a text of 1 to 255 visible characters';
}

/**
 * Letter for letter. Where the field is there and empty, the email is no username: somebody else may choose it for
 * theirs.
 */
function usernameOf(fields: DjangoFields, { usernameField, emailField }: DumpOptions) {
  const standard = Object.hasOwn(fields, 'username') ? 'username' : emailField;
  return nameOf(fields[usernameField ?? standard]);
}

/** A model may have numbers for usernames, as phone numbers are: its tokens name them as numbers too. */
function nameOf(value: unknown): string | null {
  if (Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' && value.length <= 255 ? value : null;
}

function emailOf(value: unknown, username: string | null, domain: string | null): string {
  const email = typeof value === 'string' ? normalizeEmail(value) : '';
  return email === '' && username !== null && domain !== null
    ? normalizeEmail(`${username}@${domain}`)
    : email;
}

/**
 * Null for none, NaN for what is no date. A project with `USE_TZ = False` writes no zone: taken for UTC. A `DateField`
 * is the start of its day, in UTC too.
 */
function momentOf(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  const match =
    typeof value === 'string'
      ? /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/.exec(value)
      : null;
  if (match === null) return NaN;
  const [text, time, zone] = match;
  return Date.parse(time === undefined || zone !== undefined ? text : `${text}Z`);
}

function passwordOf(
  stored: unknown,
): Pick<DjangoUser, 'passwordHash' | 'password' | 'passwordProblem'> {
  const none = { passwordHash: null, passwordProblem: null };
  // `set_unusable_password` writes an exclamation mark and random characters.
  if (typeof stored !== 'string' || stored === '' || stored.startsWith('!')) {
    return { ...none, password: 'unusable' };
  }
  const hash = readDjangoHash(stored);
  return hash.kind === 'unreadable'
    ? { ...none, password: 'unsupported', passwordProblem: hash.why }
    : { passwordHash: stored, password: 'kept', passwordProblem: null };
}

/** Groups are primary keys, or natural keys: lists of one name. */
function traitsOf(fields: DjangoFields, names: ReadonlyMap<string, string>): string[] {
  const groups = Array.isArray(fields['groups']) ? (fields['groups'] as unknown[]) : [];
  return [
    ...(fields['is_superuser'] === true ? ['superuser'] : []),
    ...(fields['is_staff'] === true ? ['staff'] : []),
    ...groups.flatMap((group) => {
      const name: unknown = Array.isArray(group) ? group[0] : names.get(String(group));
      return typeof name === 'string' ? [`group:${name}`] : [];
    }),
  ];
}
