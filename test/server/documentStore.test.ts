import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { createDocumentStore } from '../../src/server/documentStore.js';

const documentOf = (key: string) => parse(`query ${key} { me { id } }`);

function open() {
  const store = createDocumentStore();
  const come = async (key: string, document = documentOf(key)): Promise<boolean> => {
    if ((await store.get(key)) !== undefined) return true;
    await store.set(key, document);
    return false;
  };
  const flood = async (count: number, prefix = 'Once'): Promise<void> => {
    for (let n = 0; n < count; n += 1) await come(`${prefix}${n}`);
  };
  const countOf = async (keys: string[]): Promise<number> =>
    (await Promise.all(keys.map((key) => store.get(key)))).filter(Boolean).length;
  return { store, come, flood, countOf };
}

test('a document that came twice is there after any number that came once', async () => {
  const { come, flood } = open();
  expect(await come('Often')).toBe(false);
  expect(await come('Often')).toBe(true);
  await flood(20_000);
  expect(await come('Often')).toBe(true);
});

test('of documents that came once the last 16 are there', async () => {
  const { flood, countOf } = open();
  await flood(1000);
  expect(await countOf(Array.from({ length: 1000 }, (_, n) => `Once${n}`))).toBe(16);
});

test('a document that comes again when it was forgotten is kept from then on', async () => {
  const { come, flood } = open();
  await come('Seldom');
  await flood(1000);
  expect(await come('Seldom')).toBe(false);
  await flood(1000, 'Other');
  expect(await come('Seldom')).toBe(true);
});

test('large documents count by what they take, however often they came', async () => {
  const { come, countOf } = open();
  const large = parse(`{ me { ${'id '.repeat(4000)} } }`);
  const keys = Array.from({ length: 100 }, (_, n) => `Large${n}`);
  for (const key of [...keys, ...keys]) await come(key, large);
  // Of 2 MB each.
  expect(await countOf(keys)).toBe(12);
});

test('long texts in a document count, too', async () => {
  const { come, countOf } = open();
  const long = parse(`{ me(text: "${'x'.repeat(1_000_000)}") { id } }`);
  const keys = Array.from({ length: 100 }, (_, n) => `Long${n}`);
  for (const key of [...keys, ...keys]) await come(key, long);
  expect(await countOf(keys)).toBe(12);
});

test('a deleted document is parsed again', async () => {
  const { store, come } = open();
  await come('Often');
  await come('Often');
  await store.delete('Often');
  expect(await store.get('Often')).toBeUndefined();
});
