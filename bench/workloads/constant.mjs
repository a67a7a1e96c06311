import { ME, tokenLoad } from './reads.mjs';

export const constant = {
  name: 'constant',
  title: 'What is left when nothing is done',
  about:
    'A `node:http` that answers a constant to the same requests: the part of every figure above that belongs to Node and to the load generator.',
  type: 'load',
  contenders: ['constant'],
  baseline: null,
  targets: [],
  prepare: (world) => {
    const tokens = world.users.map((user) => world.sign(user));
    return {
      checks: [],
      load: tokenLoad(world, 'constant', { body: ME, tokens, answers: [null] }),
    };
  },
};
