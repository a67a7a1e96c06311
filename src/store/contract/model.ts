import { same, matches } from './assert.js';
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

/** What somebody does with a session. */
export type Step =
  | { do: 'present'; which: 'g' | 'parent' | 'old' | 'ahead'; strict: boolean }
  | { do: 'wait'; seconds: number }
  | { do: 'use'; which: 'g' | 'parent' };

const generationOf = (which: string, { g, parent }: Model): number => {
  if (which === 'g') return g;
  if (which === 'ahead') return g + 2;
  return Math.max(0, which === 'parent' ? parent : parent - 1);
};

/** Takes the steps on a new session of `ada` and beside the model. Answers the outcomes; throws where they part. */
export async function walk(given: Given, id: string, steps: readonly Step[]): Promise<string[]> {
  const { store, clock, rotate } = given;
  await given.session(id, 'ada', { expiresAt: clock.now() + 1e12, maxSessions: 1e6 });
  const model = new Model(clock.now());
  const seen: string[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.do === 'wait') {
      clock.advance(step.seconds);
    } else if (step.do === 'use') {
      const generation = generationOf(step.which, model);
      model.use(generation);
      store.markUsed(id, generation, clock.now());
    } else {
      const generation = generationOf(step.which, model);
      const reuseInterval = step.strict ? 0 : REUSE_INTERVAL;
      const where = `${id}, step ${index}: ${generation} presented at ${model.g}`;
      const expected = model.present(generation, clock.now(), reuseInterval);
      const { kind } = await rotate(id, generation, { reuseInterval });
      same(`${where}, ${kind}`, `${where}, ${expected}`);
      seen.push(kind);
    }
  }
  await store.recordEvent(AUDIT);
  const row = await given.row(id);
  matches(row, { generation: model.g, parent: model.parent, rotatedAt: model.rotatedAt });
  same(row?.revokedCause, model.dead ? 'reused' : null);
  return seen;
}
