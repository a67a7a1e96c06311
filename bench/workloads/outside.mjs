import { ME_OUTSIDE, meOf, questions, READERS, tokenLoad } from './reads.mjs';

export const outside = {
  name: 'outside',
  title: 'Read that is not compiled',
  about:
    'The same read as a fragment under `@include(if: $yes)`, which Gatehouse never compiles. (There is no interface in its own schema.)',
  type: 'load',
  contenders: READERS,
  baseline: 'bare',
  targets: [{ against: 'bare', atLeast: 0.65 }],
  prepare(world) {
    const { users } = world;
    const tokens = users.map((user) => world.sign(user));
    return {
      checks: [questions(ME_OUTSIDE, tokens[0], meOf(users[0]), tokens[1])],
      load: tokenLoad(world, 'outside', { body: ME_OUTSIDE, tokens, answers: users.map(meOf) }),
    };
  },
};
