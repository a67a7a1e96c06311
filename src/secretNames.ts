const names = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'currentpassword',
  'newpassword',
  'token',
  'accesstoken',
  'refreshtoken',
  'secretkey',
  'privatekey',
];

const secretNames: ReadonlySet<string> = new Set(names);
const lengths: ReadonlySet<number> = new Set(names.map(({ length }) => length));

/** Whether a key of this name holds a secret, in a header, a variable or a log line; case does not matter. */
export const isSecretName = (name: string): boolean =>
  lengths.has(name.length) && secretNames.has(name.toLowerCase());
