import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AUDIT, REUSE_INTERVAL, type Given } from './given.js';

/** The table once more, written apart from the code: who stole, who only retried. */
class Model {
  g = 0;
  parent = -1;
  used = 0;
  rotatedAt: number;
  dead = false;
  constructor(now: number) {
    this.rotatedAt = now;
  }

  use(generation: number): void {
    this.used = Math.max(this.used, generation);
  }

  present(p: number, now: number, interval: number): string {
    if (this.dead) return 'revoked';
    const near = interval > 0 && Math.abs(now - this.rotatedAt) <= interval;
    if (p >= this.g) {
      const kind = p === this.g ? 'rotated' : 'ahead';
      [this.parent, this.g, this.rotatedAt] = [p, p + 1, now];
      return kind;
    }
    if (p === this.parent && near) return 'repeated';
    if (p === this.parent && interval > 0 && this.used < this.g) {
      [this.g, this.rotatedAt] = [this.g + 1, now];
      return 'replaced';
    }
    this.dead = true;
    return 'reused';
  }
}

type Step =
  | { do: 'present'; which: 'g' | 'parent' | 'old' | 'ahead'; strict: boolean }
  | { do: 'wait'; seconds: number }
  | { do: 'use'; which: 'g' | 'parent' };

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

const generationOf = (which: string, { g, parent }: Model): number => {
  if (which === 'g') return g;
  if (which === 'ahead') return g + 2;
  return Math.max(0, which === 'parent' ? parent : parent - 1);
};

async function walk(given: Given, id: string, walked: readonly Step[]): Promise<string[]> {
  const { store, clock, rotate } = given;
  await given.session(id, 'ada', { expiresAt: clock.now() + 1e12, maxSessions: 1e6 });
  const model = new Model(clock.now());
  const seen: string[] = [];
  for (const step of walked) {
    if (step.do === 'wait') {
      clock.advance(step.seconds);
    } else if (step.do === 'use') {
      const generation = generationOf(step.which, model);
      model.use(generation);
      store.markUsed(id, generation, clock.now());
    } else {
      const generation = generationOf(step.which, model);
      const reuseInterval = step.strict ? 0 : REUSE_INTERVAL;
      const expected = model.present(generation, clock.now(), reuseInterval);
      const { kind } = await rotate(id, generation, { reuseInterval });
      expect(kind).toBe(expected);
      seen.push(kind);
    }
  }
  await store.recordEvent(AUDIT);
  const row = await given.row(id);
  expect(row).toMatchObject({
    generation: model.g,
    parent: model.parent,
    rotatedAt: model.rotatedAt,
  });
  expect(row?.revokedCause).toBe(model.dead ? 'reused' : null);
  return seen;
}

export function rotationModelContract(given: () => Given): void {
  test('thousands of steps at random go as the table says, every pair of outcomes among them', async () => {
    await given().user('ada');
    const pairs = new Set<string>();
    let walks = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (walked) => {
        const seen = await walk(given(), `walk${walks++}`, walked);
        seen.slice(1).forEach((kind, index) => pairs.add(`${seen[index]} ${kind}`));
      }),
      { numRuns: 300, seed: 20260101, endOnFailure: true },
    );
    const live = ['rotated', 'repeated', 'replaced', 'ahead'];
    const possible = live.flatMap((first) => [...live, 'reused'].map((next) => `${first} ${next}`));
    expect([...pairs].sort()).toEqual([...possible, 'reused revoked', 'revoked revoked'].sort());
  });
}
