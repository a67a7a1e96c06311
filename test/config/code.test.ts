import { describe, expect, test } from '@jest/globals';
import { runInThisContext } from 'node:vm';
import { configFromCode, entries, type SettingsInput } from '../../src/config.js';

const readFile = () => '';
const throwing = (code: unknown) => () =>
  configFromCode('createAuth', { code: code as SettingsInput, readFile });

describe('settings in code', () => {
  test('have the same meaning as in the environment', () => {
    const code: SettingsInput = {
      jwt: { expirationDelta: '10m', leeway: 5 },
      corsOrigins: ['https://a.example'],
      trustProxy: 2,
      maxBodySize: 1024,
    };
    expect(configFromCode('createAuth', { code, readFile })).toMatchObject({
      jwt: { expirationDelta: 600, leeway: 5 },
      corsOrigins: ['https://a.example'],
      trustProxy: 2,
      maxBodySize: 1024,
    });
    expect(configFromCode('createAuth', { readFile }).port).toBe(4000);
  });

  test('all mistakes are listed in one TypeError', () => {
    const call = throwing({ jwt: { secretKey: 'hidden', leeway: {} }, port: '4000', signup: true });
    expect(call).toThrow(TypeError);
    expect(call).toThrow(
      /createAuth: \n- port must be .*; it is "4000"\. Write port: 4000, or leave it out\./,
    );
    expect(call).toThrow(/\n- jwt\.leeway must be .*; it is \{\}\./);
    expect(call).toThrow(/\n- signup must be one of open, closed; it is true/);
    expect(call).not.toThrow(/hidden/);
  });

  test.each([
    [{ jwt: { secretKey: '' } }, 'jwt.secretKey must be'],
    [{ jwt: { secretKey: [] } }, 'jwt.secretKey must be'],
    [{ jwt: { secretKey: null } }, 'jwt.secretKey must be'],
    [{ port: { big: 1n } }, 'port must be a whole number from 0 to 65535; it is an object'],
    [{ legacyTokens: { kind: 'drf-jwt', big: 1n } }, 'legacyTokens'],
    [{ jwt: { algorithm: null } }, 'jwt.algorithm must be'],
    [{ jwt: { publicKey: 1 } }, 'jwt.publicKey must be'],
    [{ jwt: { leeway: NaN } }, 'jwt.leeway must be'],
    [{ corsOrigins: 'https://a.example' }, 'corsOrigins must be'],
    [{ corsOrigins: ['https://*.example'] }, 'corsOrigins must be'],
    [{ corsOrigins: ['https://a.example:*'] }, 'a slash at the end or an asterisk'],
    [{ trustProxy: true }, 'trustProxy must be'],
    [{ trustProxy: [] }, "Write trustProxy: ['loopback'], or leave it out."],
    [{ trustProxy: ['1.5'] }, 'trustProxy must be'],
    [
      { trustProxy: ['loopback', '0.0.0.0/0'] },
      "trustProxy must not trust everybody, as 0.0.0.0/0 does: any client could then say any address of itself. Name the proxies. Write trustProxy: ['loopback'], or leave it out.",
    ],
    [
      { jwt: { payloadHandler: './handlers.mjs#claims' } },
      'jwt.payloadHandler must be a function, in text named as ./handlers.mjs#payloadHandler: the path of a module, and what it exports; it is "./handlers.mjs#claims". Write jwt.payloadHandler: (…) => …, or leave it out.',
    ],
    [{ host: 1 }, 'host must be'],
    [{ maxBodySize: null }, 'maxBodySize must be'],
    [{ explorer: 'true' }, 'explorer must be'],
    [{ explorer: () => true }, 'it is a function'],
    [[], 'The options must be an object'],
  ])('%j is refused', (code, sentence) => {
    expect(throwing(code)).toThrow(sentence);
  });
});

/** Functions and files stand for what only the reader has. */
const written = entries
  .map(({ code, key, inJwt, setting: { kind } }) => ({ code, key, inJwt, kind }))
  .filter(({ kind }) => !/…|\.pem$/.test(kind.codeExample ?? kind.example));

test.each(written)('what a message says to write for $code in code is right', ({ key, inJwt }) => {
  const wrong = inJwt ? { jwt: { [key]: 0.5 } } : { [key]: 0.5 };
  let message = '';
  try {
    throwing(wrong)();
  } catch (error) {
    ({ message } = error as Error);
  }
  const line = /Write (?:jwt\.)?(\w+: .*), or leave it out\.$/.exec(message)?.[1] as string;
  const code = runInThisContext(`({ ${line} })`) as object;
  expect(throwing(inJwt ? { jwt: code } : code)).not.toThrow(/ must be /);
});

test('no two messages suggest the same key', () => {
  const suggested = entries.flatMap(({ setting: { kind } }) =>
    kind.secret ? [kind.codeExample, kind.codeExample] : [],
  );
  const keys = suggested.filter((text) => /^'[\w-]{43,}'$/.test(text ?? ''));
  expect(keys).toHaveLength(4);
  expect(new Set(keys).size).toBe(4);
});
