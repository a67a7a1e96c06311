import { describe, expect, test } from '@jest/globals';
import { pbkdf2Sync } from 'node:crypto';
import { readDjangoHash } from '../../src/tokens/djangoHash.js';
import { createPasswordHasher } from '../../src/tokens/password.js';

const hasher = createPasswordHasher({ cost: { memoryCost: 64, timeCost: 1, parallelism: 1 } });

/** As Django writes it. */
function pbkdf2(password: string, iterations: number, salt = 'salt'): string {
  const hash = pbkdf2Sync(password, salt, iterations, 32, 'sha256').toString('base64');
  return `pbkdf2_sha256$${iterations}$${salt}$${hash}`;
}

const B64 = 'q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=';

describe('a hash of Django', () => {
  test('is always to be made anew', () => {
    expect(hasher.needsRehash(pbkdf2('x', 1))).toBe(true);
  });

  test('of a long password counts beyond 72 bytes, but where Django itself cut it off', async () => {
    const long = 'a'.repeat(73);
    expect(await hasher.verify(pbkdf2(long, 1), long)).toEqual({ kind: 'match' });
    expect(await hasher.verify(pbkdf2(long, 1), 'a'.repeat(72))).toEqual({ kind: 'mismatch' });
    // bcrypt.hashpw(b"a" * 72, b"$2b$04$abcdefghijklmnopqrstuu"), by Python.
    const cut = 'bcrypt$$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe';
    for (const text of [long, 'a'.repeat(72)]) {
      expect(await hasher.verify(cut, text)).toEqual({ kind: 'match' });
    }
    expect(await hasher.verify(cut, 'a'.repeat(71))).toEqual({ kind: 'mismatch' });
  });

  test('is compared with no text that could not be hashed anew', async () => {
    for (const text of ['x'.repeat(257), '\ud800']) {
      expect(await hasher.verify(pbkdf2(text, 1), text)).toEqual({ kind: 'mismatch' });
    }
    const most = 'x'.repeat(256);
    expect(await hasher.verify(pbkdf2(most, 1), most)).toEqual({ kind: 'match' });
  });

  test('of a million iterations leaves the event loop free', async () => {
    const hash = pbkdf2('x', 1).replace('$1$', '$1000000$');
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 5);
    expect(await hasher.verify(hash, 'x')).toEqual({ kind: 'mismatch' });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
  });

  test('waits in the same queue as any other', async () => {
    const small = createPasswordHasher({ parallelism: 1, queueLimit: 1 });
    const hash = pbkdf2('x', 10);
    const answers = await Promise.all([1, 2, 3].map(() => small.verify(hash, 'x')));
    expect(answers.map(({ kind }) => kind)).toEqual(['match', 'match', 'busy']);
  });
});

describe('what is no hash of Django, or one that nobody may ask for,', () => {
  test.each([
    ...[
      '',
      '$',
      '!',
      'pbkdf2_sha256',
      'pbkdf2_sha256$',
      'pbkdf2_sha256$1$salt',
      `pbkdf2_sha256$0$salt$${B64}`,
    ],
    ...[`pbkdf2_sha256$-1$salt$${B64}`, `pbkdf2_sha256$1e9$salt$${B64}`, `pbkdf2_sha256$1$$${B64}`],
    ...['pbkdf2_sha256$1$salt$q80=', `pbkdf2_sha1$1$salt$${B64}`, `pbkdf2_sha256$1$salt$${B64}$`],
    ...[`pbkdf2_sha256$5000001$salt$${B64}`, `pbkdf2_sha256$999999999999999$salt$${B64}`],
    ...[
      'bcrypt$$2b$12$short',
      'bcrypt_sha256$',
      `bcrypt$$2b$16$${'a'.repeat(53)}`,
      `bcrypt$$2b$99$${'a'.repeat(53)}`,
    ],
    ...[
      'argon2$argon2id$v=19$m=262145,t=1,p=1$c2FsdHNhbHQ$q83v',
      'argon2$argon2id$v=19$m=8,t=17,p=1$c2FsdHNhbHQ$q83v',
    ],
    ...['argon2$argon2xx$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$q83v', 'argon2$'],
    ...[
      'scrypt$3$salt$8$1$AAAA',
      `scrypt$3$salt$8$1$${'A'.repeat(86)}==`,
      `scrypt$1048576$salt$8$1$${'A'.repeat(86)}==`,
    ],
    ...[
      `scrypt$16384$salt$8$999$${'A'.repeat(86)}==`,
      'md5$salt$abc',
      'sha1$salt$abc',
      'crypt$$abc',
      'toString$x',
      '__proto__$x',
    ],
  ])('%s is not read, and matches nothing', async (stored) => {
    const read = readDjangoHash(stored);
    expect(read.kind).toBe('unreadable');
    expect(await hasher.verify(stored, '')).toEqual({ kind: 'mismatch' });
  });

  test('costs what an unknown account costs', async () => {
    const real = createPasswordHasher();
    const timed = async (stored: string | null) => {
      const start = performance.now();
      await real.verify(stored, 'password');
      return performance.now() - start;
    };
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round < 12; round++) {
      times[0].push(await timed(null));
      times[1].push(await timed(`pbkdf2_sha256$999999999$salt$${B64}`));
    }
    const [unknown, absurd] = times.map((all) => Math.min(...all)) as [number, number];
    expect(absurd / unknown).toBeGreaterThan(0.6);
    expect(absurd / unknown).toBeLessThan(1.6);
  });

  test('is said without the hash', () => {
    const read = readDjangoHash('pbkdf2_sha256$99999999$secretsalt$c2VjcmV0');
    expect(JSON.stringify(read)).not.toMatch(/secret|c2Vj/);
  });
});
