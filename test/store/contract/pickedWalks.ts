import fc from 'fast-check';
import type { Chapter } from '../../../src/store/contract/contract.js';
import { walk, type Step } from '../../../src/store/contract/model.js';

const present = fc.record({
  do: fc.constant('present' as const),
  which: fc.oneof(
    { weight: 6, arbitrary: fc.constant('g' as const) },
    { weight: 6, arbitrary: fc.constant('parent' as const) },
    { weight: 1, arbitrary: fc.constant('ahead' as const) },
    { weight: 1, arbitrary: fc.constant('old' as const) },
  ),
  strict: fc.oneof(
    { weight: 19, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});
const wait = fc.record({
  do: fc.constant('wait' as const),
  seconds: fc.constantFrom(0, 1, 29, 30, 31, 60, -1, -31),
});
const use = fc.record({
  do: fc.constant('use' as const),
  which: fc.constantFrom('g' as const, 'parent' as const),
});
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(present, wait, use), {
  minLength: 10,
  maxLength: 40,
});

/** Walks of fast-check's, other ones each time; of one that goes wrong it shows the shortest, and the seed. */
export const pickedWalks: Chapter = {
  about: 'rotation',
  cases: [
    {
      name: 'walks of another kind each time go as the table says',
      async run(given) {
        await given.user('ada');
        let walks = 0;
        const property = fc.asyncProperty(steps, async (walked) => {
          await walk(given, `picked${walks++}`, walked);
        });
        await fc.assert(property, { numRuns: 50 });
      },
    },
  ],
};
