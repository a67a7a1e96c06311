import { importKeyPair, importSecret } from '../tokens/keys.js';
import type { Config } from './table.js';

/** How a setting is called where it was set, or where the user sets the others. */
export type NameOf = (code: string) => string;

/** HMAC keys are at least as long as the hash (RFC 7518 §3.2); in bytes. */
const hashSizes: Record<string, number> = { '256': 32, '384': 48, '512': 64 };

/** What is wrong with settings that are each right alone. Only called when all of them parsed. */
export function conflicts(
  { jwt, hideTokens, workers, database }: Config,
  nameOf: NameOf,
): string[] {
  const [algorithm, secretKey] = [nameOf('jwt.algorithm'), nameOf('jwt.secretKey')];
  const [publicKey, privateKey] = [nameOf('jwt.publicKey'), nameOf('jwt.privateKey')];
  const problems: string[] = [];
  const isHmac = jwt.algorithm.startsWith('HS');
  const pair = [jwt.publicKey, jwt.privateKey].filter((key) => key !== undefined).length;

  if (pair === 1) {
    const [set, missing] = jwt.publicKey ? [publicKey, privateKey] : [privateKey, publicKey];
    problems.push(`${set} is set and ${missing} is not. Set both, or neither.`);
  }
  if (pair > 0 && isHmac) {
    problems.push(
      `${publicKey} and ${privateKey} are for RS, PS and ES algorithms, but ${algorithm} is ${jwt.algorithm}, ` +
        `which signs with a secret. Set ${algorithm} to the algorithm of the keys, such as RS256 or ES256, or unset the keys.`,
    );
  }
  // Beside a key pair the secret signs refresh tokens only, always with HS256.
  const least = isHmac ? (hashSizes[jwt.algorithm.slice(2)] as number) : 32;
  for (const [index, secret] of (jwt.secretKey ?? []).entries()) {
    if (secret.length >= least) continue;
    const which =
      (jwt.secretKey ?? []).length > 1 ? `Secret ${index + 1} of ${secretKey}` : secretKey;
    problems.push(
      `${which} is too short: ${isHmac ? jwt.algorithm : 'HS256'} asks for at least ${least} bytes, and it has ${secret.length}. ` +
        `Make one with: openssl rand -base64 ${least}`,
    );
  }
  if (hideTokens && jwt.authCookie === undefined) {
    const [hide, cookie] = [nameOf('hideTokens'), nameOf('jwt.authCookie')];
    problems.push(
      `${hide} is true, but ${cookie} is not set: logins would hand out no token at all. Set ${cookie} to a cookie's name, such as gatehouse, or unset ${hide}.`,
    );
  }
  if (workers !== 1 && /^(sqlite:)?:memory:$/.test(database)) {
    const [many, where] = [nameOf('workers'), nameOf('database')];
    problems.push(
      `${many} is ${workers}, but ${where} is :memory:, and what one process has in memory the others never see. Set ${where} to the path of a file, such as data/gatehouse.db, or unset ${many}.`,
    );
  }
  return problems.length > 0
    ? problems
    : flawedKeys(jwt, secretKey, `${privateKey} with ${publicKey}`);
}

/** What the import of the keys themselves refuses: a wrong curve, a weak key, two that do not belong together. */
function flawedKeys(jwt: Config['jwt'], secretKey: string, pair: string): string[] {
  const { algorithm, privateKey, publicKey } = jwt;
  const problems: (string | null)[] = (jwt.secretKey ?? []).map((secret) =>
    refusalOf(secretKey, () =>
      importSecret(secret, algorithm.startsWith('HS') ? algorithm : 'HS256'),
    ),
  );
  if (privateKey !== undefined && publicKey !== undefined) {
    problems.push(refusalOf(pair, () => importKeyPair({ privateKey, publicKey }, algorithm)));
  }
  return problems.filter((problem) => problem !== null);
}

function refusalOf(name: string, check: () => unknown): string | null {
  try {
    check();
    return null;
  } catch (error) {
    return `${name}: ${(error as Error).message}`;
  }
}
