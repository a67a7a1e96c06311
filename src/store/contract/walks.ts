import { same } from './assert.js';
import type { Case } from './case.js';
import { walk, type Step } from './model.js';

const WALKS = 120;
const SEED = 1;

/** Uniform in [0, 1), the same for the same seed: mulberry32, which is good enough to walk by. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Pick = <T>(list: readonly T[]) => T;

/** Most present the last two generations, as clients do. */
const presented = [
  ...Array<'g'>(6).fill('g'),
  ...Array<'parent'>(6).fill('parent'),
  'ahead',
  'old',
] as const;
const waits = [0, 1, 29, 30, 31, 60, -1, -31];
const makers: readonly ((pick: Pick, random: () => number) => Step)[] = [
  (pick, random) => ({ do: 'present', which: pick(presented), strict: random() < 0.05 }),
  (pick) => ({ do: 'wait', seconds: pick(waits) }),
  (pick) => ({ do: 'use', which: pick(['g', 'parent']) }),
];

function stepsFrom(random: () => number): Step[] {
  const pick: Pick = (list) => list[Math.floor(random() * list.length)] as (typeof list)[number];
  const length = 10 + Math.floor(random() * 31);
  return Array.from({ length }, () => pick(makers)(pick, random));
}

export const walkCases: readonly Case[] = [
  {
    name: 'thousands of steps at random go as the table says, every pair of outcomes among them',
    async run(given) {
      await given.user('ada');
      const random = randomFrom(SEED);
      const pairs = new Set<string>();
      for (let index = 0; index < WALKS; index++) {
        const seen = await walk(given, `walk${index}`, stepsFrom(random));
        seen.slice(1).forEach((kind, before) => pairs.add(`${seen[before]} ${kind}`));
      }
      const live = ['rotated', 'repeated', 'replaced', 'ahead'];
      const possible = live.flatMap((first) =>
        [...live, 'reused'].map((next) => `${first} ${next}`),
      );
      same([...pairs].sort(), [...possible, 'reused revoked', 'revoked revoked'].sort());
    },
  },
];
