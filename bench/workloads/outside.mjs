import { ME_CONDITIONED, ME_OUTSIDE, meOf, questions, READERS, tokenLoad } from './reads.mjs';

const workload = ({ name, body, ...said }) => ({
  name,
  type: 'load',
  contenders: READERS,
  baseline: 'bare',
  ...said,
  prepare(world) {
    const { users } = world;
    const tokens = users.map((user) => world.sign(user));
    return {
      checks: [questions(body, tokens[0], meOf(users[0]), tokens[1])],
      load: tokenLoad(world, name, { body, tokens, answers: users.map(meOf) }),
    };
  },
});

/** By the name under which it was measured when graphql-js executed it for Gatehouse. */
export const conditioned = workload({
  name: 'outside',
  title: 'Read under a condition',
  about:
    'The same read as a fragment under `@include(if: $yes)`. Gatehouse compiles it, one plan for each truth of its conditions.',
  body: ME_CONDITIONED,
  targets: [{ against: 'bare', atLeast: 0.65 }],
});

export const outside = workload({
  name: 'uncompiled',
  title: 'Read that is not compiled',
  about:
    'The same read under five conditions, one more than Gatehouse compiles: graphql-js executes it.',
  body: ME_OUTSIDE,
});
