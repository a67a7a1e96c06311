import { LIST, listOf, questions, READERS, tokenLoad } from './reads.mjs';

export const list = {
  name: 'list',
  title: 'Guarded list',
  about:
    '`{ users(first: 50) { nodes { id email roles } } }`: the root asks for a scope, `email` is guarded, `roles` are batched.',
  type: 'load',
  contenders: READERS,
  baseline: 'bare',
  targets: [
    { against: 'bare', atLeast: 0.95 },
    { against: 'mercurius', atLeast: 1.1 },
  ],
  prepare(world) {
    const token = world.sign(world.reader);
    const scopeless = world.sign(world.users[0]);
    const asked = questions(LIST, token, listOf(world), scopeless);
    return {
      checks: [{ ...asked, refused: [...asked.refused, scopeless] }],
      load: tokenLoad(world, 'list', { body: LIST, tokens: [token], answers: [listOf(world)] }),
    };
  },
};
