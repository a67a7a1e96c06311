import { describe, expect, test } from '@jest/globals';
import { availableParallelism } from 'node:os';
import { createPasswordHasher } from '../../src/tokens/password.js';

const cost = { memoryCost: 64, timeCost: 1, parallelism: 1 };
const hasher = createPasswordHasher({ cost });

async function hashOf(password: string, by = hasher): Promise<string> {
  const made = await by.hash(password);
  if (made.kind === 'busy') throw new Error('busy');
  return made.hash;
}

describe('a password', () => {
  test('matches its own hash and no other', async () => {
    const hash = await hashOf('correct horse');
    expect(await hasher.verify(hash, 'correct horse')).toEqual({ kind: 'match' });
    for (const other of ['Correct horse', 'correct horse ', '', 'correct horse\u0000']) {
      expect(await hasher.verify(hash, other)).toEqual({ kind: 'mismatch' });
    }
    expect(await hashOf('correct horse')).not.toBe(hash);
  });

  test('is hashed with argon2id at the cost that OWASP recommends', async () => {
    expect(await hashOf('x', createPasswordHasher())).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
    );
  });

  test('is the same however its letters are composed', async () => {
    const hash = await hashOf('\u00e9\u1ea5\ud55c');
    expect((await hasher.verify(hash, 'e\u0301a\u0302\u0301\u1112\u1161\u11ab')).kind).toBe(
      'match',
    );
  });

  test('that is too long or no text at all matches nothing and is not hashed', async () => {
    const hash = await hashOf('\ufffd'.repeat(8));
    const noPasswords = ['\ud800'.repeat(8), 'x'.repeat(257), 'x'.repeat(1_000_000)];
    for (const text of noPasswords) {
      expect((await hasher.verify(hash, text)).kind).toBe('mismatch');
      expect((await hasher.verify(await hashOf(''), text)).kind).toBe('mismatch');
      expect(() => hasher.hash(text)).toThrow(TypeError);
    }
    expect((await hasher.verify(await hashOf('x'.repeat(256)), 'x'.repeat(256))).kind).toBe(
      'match',
    );
  });

  test('of a megabyte of combining marks does not hold up the event loop', async () => {
    const start = performance.now();
    await hasher.verify(null, 'a' + '\u0301\u0323'.repeat(500_000));
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('a stored hash', () => {
  const malformed = [
    ...['', 'x', '$argon2id$', '$2b$10$abcdefghijklmnopqrstuv', '$argon2id$v=19$m=64,t=1,p=1$$'],
    '$argon2id$v=19$m=64,t=1,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA',
    '$argon2id$v=19$m=1,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
    '$argon2id$v=19$m=0,t=0,p=0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
  ];
  test.each(malformed)('like %p matches nothing and throws nothing', async (hash) => {
    expect(await hasher.verify(hash, 'password')).toEqual({ kind: 'mismatch' });
    expect(hasher.needsRehash(hash)).toBe(true);
  });

  test('needs to be made anew when any parameter has changed', async () => {
    const hash = await hashOf('x');
    expect(hasher.needsRehash(hash)).toBe(false);
    const changes = [{ memoryCost: 65 }, { timeCost: 2 }, { parallelism: 2, memoryCost: 64 }];
    for (const change of changes) {
      const other = createPasswordHasher({ cost: { ...cost, ...change } });
      expect(other.needsRehash(hash)).toBe(true);
      expect((await other.verify(hash, 'x')).kind).toBe('match');
    }
    expect(hasher.needsRehash(hash.replace('argon2id', 'argon2i'))).toBe(true);
  });
});

describe('an unknown account', () => {
  test('never matches', async () => {
    for (const text of ['', 'password']) {
      expect(await hasher.verify(null, text)).toEqual({ kind: 'mismatch' });
    }
  });

  test('costs the same time as a known one, from the first call on', async () => {
    const real = createPasswordHasher();
    const hash = await hashOf('password', real);
    const fresh = createPasswordHasher();
    const timed = async (stored: string | null, text: string) => {
      const start = performance.now();
      await fresh.verify(stored, text);
      return performance.now() - start;
    };
    const first = await timed(null, 'password');
    const [unknown, wrong, broken]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < 15; round += 1) {
      unknown.push(await timed(null, 'password'));
      wrong.push(await timed(hash, 'wrong'));
      broken.push(await timed('no hash', 'password'));
    }
    const fastest = (times: number[]) => Math.min(...times);
    expect(fastest(unknown) / fastest(wrong)).toBeGreaterThan(0.7);
    expect(fastest(unknown) / fastest(wrong)).toBeLessThan(1.4);
    expect(fastest(broken) / fastest(wrong)).toBeGreaterThan(0.7);
    expect(first).toBeGreaterThan(0.7 * fastest(wrong));
  });
});

describe('many passwords at once', () => {
  test('hash and wait in several processes no more at once than in one', async () => {
    const most = async (processes: number): Promise<number> => {
      const hasher = createPasswordHasher({ cost, processes });
      const answers = Array.from({ length: 300 }, () => hasher.verify(null, 'x'));
      const taken = hasher.pending;
      await Promise.all(answers);
      return taken;
    };
    const cores = availableParallelism();
    expect(await most(1)).toBe(cores + 200);
    for (const processes of [2, 4, 50]) {
      // One each, however many there are.
      const together = Math.max(cores, processes) + 200;
      expect((await most(processes)) * processes).toBeLessThanOrEqual(together);
    }
  });

  test('wait for each other, and beyond the limit are told to come back', async () => {
    const small = createPasswordHasher({ cost, parallelism: 1, queueLimit: 2 });
    const answers = Promise.all(Array.from({ length: 5 }, () => small.verify(null, 'x')));
    expect(small.pending).toBe(3);
    const kinds = (await answers).map(({ kind }) => kind);
    expect(kinds).toEqual(['mismatch', 'mismatch', 'mismatch', 'busy', 'busy']);
    expect(small.pending).toBe(0);
    expect((await small.hash('x')).kind).toBe('hashed');
  });

  test('are told to wait as long as the measured time asks for', async () => {
    let time = 0;
    const now = () => (time += 40_000);
    const slow = createPasswordHasher({ cost, parallelism: 1, queueLimit: 0, now });
    await slow.verify(null, 'x');
    const running = slow.verify(null, 'x');
    // 20 ms to begin with, and an eighth of the way to the 40 s that the clock said.
    expect(await slow.hash('x')).toEqual({ kind: 'busy', retryAfter: 6 });
    await running;
  });

  test('run one for each core by default, and the event loop stays free', async () => {
    const real = createPasswordHasher();
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 5);
    const count = 4 * availableParallelism();
    await Promise.all(Array.from({ length: count }, () => real.verify(null, 'x')));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
  });
});
