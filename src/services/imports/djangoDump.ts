import {
  readDjangoUser,
  type DjangoFields,
  type DjangoUser,
  type DumpOptions,
  type UserProblem,
} from './djangoUser.js';

export interface ReadDump {
  readonly users: readonly DjangoUser[];
  readonly problems: readonly UserProblem[];
  /** Names of all groups in the dump. */
  readonly groups: readonly string[];
}

interface DumpObject {
  readonly model: string;
  readonly pk?: unknown;
  readonly fields: DjangoFields;
}

/**
 * Reads what `manage.py dumpdata` prints (`json` or `jsonl`). A text says why it is none; one user who cannot be read is
 * a problem and spares the others.
 */
export function readDjangoDump(text: string, options: DumpOptions): ReadDump | string {
  const objects = parseDump(text.replace(/^\ufeff/, '').trim());
  if (typeof objects === 'string') return objects;
  const model = options.model.toLowerCase();
  const found = objects.filter((one) => one.model.toLowerCase() === model);
  if (found.length === 0) {
    const models = [...new Set(objects.map((one) => one.model))].sort().join(', ') || 'none';
    return `It has no object of the model ${options.model}. Name the user model by --model; the models in it: ${models}.`;
  }
  const missing = missingField(found, options);
  if (missing !== null) return missing;
  const groups = groupNames(objects);
  const read = found.map(({ pk, fields }) => readDjangoUser(pk, fields, { ...options, groups }));
  const users = read.flatMap((one) => ('why' in one ? [] : [one]));
  const twice = findRepeated(users);
  return {
    users: users.filter((user) => !twice.has(user)),
    problems: [
      ...read.flatMap((one) => ('why' in one ? [one] : [])),
      ...[...twice].map(([{ id, email }, why]) => ({ id, email, why })),
    ],
    groups: [...groups.values()],
  };
}

/** Misspelt, a field would be empty for everybody, and what was imported without it is not imported again. */
function missingField(
  found: readonly DumpObject[],
  { model, emailField, usernameField }: DumpOptions,
): string | null {
  const named = [
    // A model without the default one is asked for --email-domain.
    ['--email-field', emailField === 'email' ? null : emailField],
    ['--username-field', usernameField],
  ] as const;
  for (const [flag, name] of named) {
    if (name === null || found.some(({ fields }) => Object.hasOwn(fields, name))) continue;
    const fields = [...new Set(found.flatMap((one) => Object.keys(one.fields)))].sort().join(', ');
    return `No ${model} in it has the field ${name}, which ${flag} names. Their fields: ${fields}.`;
  }
  return null;
}

function parseDump(text: string): readonly DumpObject[] | string {
  // What the parser says quotes the text, and there are hashes in it.
  if (!text.startsWith('{')) {
    const list = parsed(text);
    return list === undefined ? `It is not JSON. ${WRITE}` : dumpOf(list);
  }
  const lines = parseLines(text);
  return typeof lines === 'number' ? `Line ${lines} of it is not JSON. ${WRITE}` : dumpOf(lines);
}

const dumpOf = (value: unknown): readonly DumpObject[] | string =>
  Array.isArray(value) && value.every(isObject)
    ? value
    : 'It is not what dumpdata writes: a list of objects with "model", "pk" and "fields".';

const WRITE = 'Write it with: python manage.py dumpdata auth.user auth.group --output dump.json';

/** One object in each line that is not blank; else the number of the first line that is none. */
function parseLines(text: string): unknown[] | number {
  const objects: unknown[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const object = parsed(line);
    if (object === undefined) return index + 1;
    objects.push(object);
  }
  return objects;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is DumpObject {
  if (typeof value !== 'object' || value === null) return false;
  const { model, fields } = value as Partial<Record<keyof DumpObject, unknown>>;
  return typeof model === 'string' && typeof fields === 'object' && fields !== null;
}

/** By primary key, as text. */
function groupNames(objects: readonly DumpObject[]): ReadonlyMap<string, string> {
  const groups = objects.filter(({ model }) => model.toLowerCase() === 'auth.group');
  return new Map(groups.map(({ pk, fields }) => [String(pk), String(fields['name'])]));
}

/** Each of them says who the others are: more would grow with the square. */
const NAMED = 10;

/** Of two users with one email nobody can say who may log in with it, so neither is imported. */
function findRepeated(users: readonly DjangoUser[]): Map<DjangoUser, string> {
  const repeated = new Map<DjangoUser, string>();
  for (const name of ['email', 'id', 'username'] as const) {
    const holders = new Map<string, DjangoUser[]>();
    for (const user of users) {
      const value = user[name];
      if (value === null) continue;
      const several = holders.get(value);
      if (several === undefined) holders.set(value, [user]);
      else several.push(user);
    }
    for (const several of holders.values()) {
      if (several.length < 2) continue;
      const rest = several.length - NAMED;
      const named = several.slice(0, NAMED).map(({ id }) => id);
      const ids = named.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
      const what = { email: 'this email', id: 'this primary key', username: 'this username' }[name];
      for (const user of several) {
        // Of a model without usernames they are the emails: said once, by the name that it has there.
        if (!repeated.has(user)) repeated.set(user, `${what} is that of several users: ${ids}`);
      }
    }
  }
  return repeated;
}
