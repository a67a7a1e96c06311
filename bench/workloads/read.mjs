import { ME, meOf, questions, READERS, tokenLoad } from './reads.mjs';

export const read = {
  name: 'read',
  title: 'Guarded read',
  about: '`{ me { id email roles } }`, 1,000 distinct live tokens in turn.',
  type: 'load',
  contenders: READERS,
  baseline: 'bare',
  targets: [
    { against: 'bare', atLeast: 1 },
    { against: 'mercurius', atLeast: 1.2 },
    { against: 'yoga', atLeast: 6 },
  ],
  prepare(world) {
    const { users } = world;
    const tokens = users.map((user) => world.sign(user));
    return {
      checks: [questions(ME, tokens[0], meOf(users[0]), tokens[1])],
      load: tokenLoad(world, 'read', { body: ME, tokens, answers: users.map(meOf) }),
    };
  },
};
