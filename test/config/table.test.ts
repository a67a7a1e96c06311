import { describe, expect, test } from '@jest/globals';
import { entries, type Entry } from '../../src/config.js';
import { cli } from '../cli/cli.js';
import { at, configOf, problemsOf } from './load.js';
import { keyPair, samples, type Sample } from './samples.js';

const rows = entries.map((entry): [string, Entry, Sample] => [
  entry.code,
  entry,
  samples[entry.code] as Sample,
]);

/** A key needs its pair and an algorithm to be right, hidden tokens a cookie. */
const beside = (code: string): Record<string, string> =>
  code === 'hideTokens'
    ? { JWT_AUTH_COOKIE: 'gatehouse' }
    : code === 'jwt.publicKey' || code === 'jwt.privateKey'
      ? {
          JWT_PUBLIC_KEY: keyPair.publicKey,
          JWT_PRIVATE_KEY: keyPair.privateKey,
          JWT_ALGORITHM: 'RS256',
        }
      : {};

test('every setting has a sample', () => {
  expect(entries.map((entry) => entry.code).sort()).toEqual(Object.keys(samples).sort());
});

describe.each(rows)('%s', (code, entry, { right, means, wrong }) => {
  test('is read from its environment variables', () => {
    for (const name of entry.env) {
      expect(at(configOf({ env: { ...beside(code), [name]: right } }), code)).toEqual(means);
    }
  });

  test('is read from its flag, which beats the environment', () => {
    const env = { ...beside(code), [entry.env[0]]: wrong };
    expect(at(configOf({ env, flags: { [entry.flag]: right } }), code)).toEqual(means);
  });

  test('a wrong value gives a sentence with the name, what was expected, and the fix', () => {
    const [problem, ...others] = problemsOf({ env: { [entry.env[0]]: wrong } });
    expect(others).toEqual([]);
    expect(problem).toMatch(
      new RegExp(`^${entry.env[0]} .*(must be|is taken for|begins with) .+\\. Write `),
    );
    expect(problem).toMatch(/; it is .|cannot be read|which it is not/);
    expect(problem).toContain(`Write ${entry.env[0]}=${entry.setting.kind.example}, or unset it.`);
    expect(problem).not.toContain('hidden');
    expect(problem).not.toContain('BEGIN PRIVATE');
  });

  test('a wrong value stops the start with exit code 3', async () => {
    const env = { [entry.env[0]]: wrong };
    const { code: exitCode, stderr } = await cli(['serve'], { env });
    expect(exitCode).toBe(3);
    expect(stderr).toBe(`gatehouse: The settings are wrong.\n- ${problemsOf({ env })[0]}\n`);
  });

  test('a wrong flag is named as the flag', () => {
    const [problem] = problemsOf({ flags: { [entry.flag]: wrong } });
    expect(problem).toContain(`--${entry.flag} `);
  });
});

test.each(['True', 'FALSE'])('a boolean as %s is told to be written as what it says', (value) => {
  const right = value.toLowerCase();
  for (const name of ['JWT_ALLOW_REFRESH', 'JWT_VERIFY']) {
    expect(problemsOf({ env: { [name]: value } })).toEqual([
      `${name} must be true or false; it is "${value}". Write ${name}=${right}, or unset it.`,
    ]);
  }
  expect(problemsOf({ flags: { 'jwt-allow-refresh': value } })).toEqual([
    `--jwt-allow-refresh must be true or false; it is "${value}". Write --jwt-allow-refresh ${right}, or leave it away.`,
  ]);
});
