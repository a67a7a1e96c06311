import type { NameOf } from './conflicts.js';
import type { Config } from './table.js';

/** What is wrong with settings about reading and making tokens that are each right alone. */
export function tokenConflicts(jwt: Config['jwt'], nameOf: NameOf, production: boolean): string[] {
  const problems: string[] = [];
  const name = (key: keyof Config['jwt']) => nameOf(`jwt.${key}`);
  if (production && !jwt.verify) {
    problems.push(
      `${name('verify')} is false, and this is production (NODE_ENV), where anybody could then be anybody. ` +
        'Set it to true, or leave it unset.',
    );
  }
  if (production && !jwt.verifyExpiration) {
    problems.push(
      `${name('verifyExpiration')} is false, and this is production (NODE_ENV), where access tokens must end. ` +
        `Set it to true, or leave it unset; a longer life is ${name('expirationDelta')}.`,
    );
  }
  if (!jwt.verify && jwt.decodeHandler !== undefined) {
    problems.push(
      `${name('verify')} is false and ${name('decodeHandler')} is set, which alone says which tokens are read. ` +
        `Unset one of them.`,
    );
  }
  return [...problems, ...userSecretConflicts(jwt, nameOf)];
}

function userSecretConflicts(jwt: Config['jwt'], nameOf: NameOf): string[] {
  if (jwt.getUserSecretKey === undefined) return [];
  const [getUserSecretKey, algorithm] = [nameOf('jwt.getUserSecretKey'), nameOf('jwt.algorithm')];
  const problems: string[] = [];
  if (!jwt.algorithm.startsWith('HS')) {
    problems.push(
      `${getUserSecretKey} is set, which mixes each user's secret into the secret that signs, but ${algorithm} is ${jwt.algorithm}, ` +
        `which signs with a key pair. Set ${algorithm} to HS256, HS384 or HS512 and unset the key pair, or unset ${getUserSecretKey}.`,
    );
  }
  for (const key of ['encodeHandler', 'decodeHandler'] as const) {
    if (jwt[key] === undefined) continue;
    problems.push(
      `${getUserSecretKey} and ${nameOf(`jwt.${key}`)} are both set, and a user's secret has no part in tokens that a handler makes or reads. ` +
        'Unset one of them.',
    );
  }
  return problems;
}
