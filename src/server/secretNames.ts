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

/** Whether a key of this name holds a secret, in a header, a variable or a log line; case does not matter. */
export const isSecretName = (name: string): boolean => secretNames.has(name.toLowerCase());
