import { randomUUID } from 'node:crypto';
import { ME, meOf, questions, tokenLoad } from './reads.mjs';

/** More than any contender can answer a second; the window ends early where they run out. */
const TOKENS_A_SECOND = { HS256: 40_000, ES256: 20_000 };

const cold = (algorithm) => ({
  name: `cold-${algorithm.toLowerCase()}`,
  title: `Cold tokens, ${algorithm}`,
  about: 'The same read; no token is sent twice, so that no cache of tokens helps.',
  type: 'load',
  algorithm,
  contenders: ['bare', 'gatehouse', 'mercurius', 'apollo-directives', 'yoga-key'],
  baseline: 'bare',
  targets: [{ against: 'bare', atLeast: 0.85 }],
  prepare(world, { warmup, warmupRequests, seconds }) {
    const { users } = world;
    const count = warmupRequests + Math.ceil(TOKENS_A_SECOND[algorithm] * (warmup + seconds));
    const tokens = Array.from({ length: count }, (_, n) =>
      world.sign(users[n % users.length], randomUUID()),
    );
    const [good, other] = [world.sign(users[0]), world.sign(users[1])];
    const answers = users.map(meOf);
    return {
      checks: [questions(ME, good, meOf(users[0]), other)],
      load: tokenLoad(world, 'cold', { body: ME, tokens, answers, once: true }),
    };
  },
});

export const coldHs256 = cold('HS256');
export const coldEs256 = cold('ES256');
