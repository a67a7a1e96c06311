/** What the workloads of guarded reads have in common. */
const body = (query, variables) => JSON.stringify({ query, ...(variables && { variables }) });

export const ME = body('{ me { id email roles } }');
export const ME_CONDITIONED = body(
  'query ($yes: Boolean!) { me { ...Known @include(if: $yes) } } fragment Known on User { id email roles }',
  { yes: true },
);
/** One condition more than Gatehouse compiles. */
export const ME_OUTSIDE = body(
  `query ($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!, $e: Boolean!) {
    me @include(if: $a) { id @skip(if: $b) ...Known @include(if: $c) roles @include(if: $d) }
  } fragment Known on User { email @skip(if: $e) }`,
  { a: true, b: false, c: true, d: true, e: false },
);
export const LIST = body('{ users(first: 50) { nodes { id email roles } } }');

const known = ({ id, email, roles }) => ({ id, email, roles });
export const meOf = (user) => ({ me: known(user) });
export const listOf = ({ users }) => ({ users: { nodes: users.slice(0, 50).map(known) } });

/** Another signature, and the claims of another under this signature. */
function tampered(token, other) {
  const [header, payload, signature] = token.split('.');
  const changed = (signature[9] === 'A' ? 'B' : 'A') + signature.slice(10);
  return [
    `${header}.${payload}.${signature.slice(0, 9)}${changed}`,
    `${header}.${other.split('.')[1]}.${signature}`,
  ];
}

/**
 * What a contender must answer before it is measured: `good` with exactly `due`, each of `refused` without a word of
 * anybody's account.
 */
export function questions(body, good, due, other) {
  const refused = [null, ...tampered(good, other)];
  return { body, good, due, refused, secret: '@example.com' };
}

/** A load of so many tokens, written where the load generator finds them. */
export function tokenLoad(world, name, { body, tokens, answers, once = false }) {
  const tokensFile = world.save(`${name}.tokens`, tokens.join('\n'));
  const answersFile = world.save(`${name}.answers.json`, JSON.stringify(answers));
  return {
    source: new URL('../harness/sources/tokens.mjs', import.meta.url).href,
    options: { body, tokensFile, answersFile, once },
  };
}

export const READERS = [
  ...['bare', 'gatehouse', 'mercurius', 'apollo', 'apollo-shield', 'apollo-directives'],
  ...['yoga', 'yoga-key'],
];
