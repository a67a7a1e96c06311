import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cookieStorage } from '../../src/client/cookieStorage.js';

const KEY = 'gatehouse https://api.example/graphql';
const seconds = (at: number) => `gate_info=${at + 300}.${at + 604_800}.${at}`;
const pair = (at: number) =>
  JSON.stringify({ sid: 's1', gen: 3, server: at * 1000, end: (at + 300) * 1000, local: 7 });

/** What a page sees: its own copy of the cookies, and the storage that all pages share. */
const page = { cookie: '' };
const shared = new Map<string, string>();

beforeEach(() => {
  shared.clear();
  Object.assign(globalThis, {
    document: {
      get cookie() {
        return page.cookie;
      },
      // As a browser does with the line that deletes a cookie.
      set cookie(line: string) {
        if (line.includes('max-age=0')) page.cookie = '';
      },
    },
    localStorage: {
      getItem: (key: string) => shared.get(key) ?? null,
      setItem: (key: string, value: string) => void shared.set(key, value),
      removeItem: (key: string) => void shared.delete(key),
    },
  });
});
afterEach(() => {
  for (const name of ['document', 'localStorage']) Reflect.deleteProperty(globalThis, name);
});

const found = () => JSON.parse((cookieStorage('gate').getItem(KEY) as string | null) ?? 'null');

describe('the storage of cookie mode', () => {
  test('a tab that still sees the companion cookie of an ended session does not take it for a login', () => {
    page.cookie = seconds(1000);
    const storage = cookieStorage('gate');
    void storage.setItem(KEY, pair(1000));
    expect(found().sid).toBe('s1');
    void storage.removeItem(KEY);
    expect(page.cookie).toBe('');
    // The other tab's copy of the cookies is a moment old.
    page.cookie = seconds(1000);
    expect(found()?.end).toBe(undefined);
    page.cookie = '';
    expect(found()?.end).toBe(undefined);
  });

  test('a login of another page after that is seen, and nothing of the ended session is left in it', () => {
    page.cookie = seconds(1000);
    const storage = cookieStorage('gate');
    void storage.setItem(KEY, pair(1000));
    void storage.removeItem(KEY);
    page.cookie = seconds(1001);
    expect(found()).toMatchObject({ sid: '', gen: 0, end: 1301_000, local: 0, server: 1001_000 });
  });

  test('what is left of an ended session says nothing about anybody', () => {
    page.cookie = seconds(1000);
    const storage = cookieStorage('gate');
    void storage.setItem(KEY, pair(1000));
    void storage.removeItem(KEY);
    expect([...shared.values()]).toEqual(['{"server":1000000}']);
  });

  test('where the companion cookie cannot be seen nothing at all is left', () => {
    const storage = cookieStorage('gate');
    void storage.setItem(KEY, pair(1000));
    void storage.removeItem(KEY);
    expect(shared.size).toBe(0);
  });

  test('a pair that another page has renewed is corrected by the cookie', () => {
    page.cookie = seconds(1000);
    void cookieStorage('gate').setItem(KEY, pair(1000));
    page.cookie = seconds(1200);
    expect(found()).toMatchObject({ sid: 's1', server: 1200_000, end: 1500_000, local: 200_007 });
  });

  test('lets one tab at a time send what sets cookies, and none wait for ever', async () => {
    const asked: string[] = [];
    const locks = {
      async request(name: string, _: unknown, act: () => Promise<unknown>) {
        asked.push(name);
        if (asked.length > 1) throw new DOMException('', 'TimeoutError');
        return act();
      },
    };
    const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
    Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true });
    const { exclusively = () => Promise.reject(new Error('there is none')) } =
      cookieStorage('gate');
    let count = 0;
    const act = async () => (count += 1);
    expect(await exclusively(act)).toBe(1);
    // One that waited too long goes on by itself, and once.
    expect(await exclusively(act)).toBe(2);
    asked.length = 0;
    const failing = () => Promise.reject(new Error(`failed ${(count += 1)}`));
    await expect(exclusively(failing)).rejects.toThrow('failed 3');
    expect(asked).toEqual(['gatehouse cookie gate']);
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else Reflect.deleteProperty(globalThis, 'navigator');
    expect(await exclusively(act)).toBe(4);
  });

  test('finds the companion cookie of a name with any sign that a cookie may have', () => {
    page.cookie = seconds(1000).replace('gate', 'a*b+$c');
    const text = cookieStorage('a*b+$c').getItem(KEY) as string;
    expect(JSON.parse(text)).toMatchObject({ end: 1300_000 });
  });
});
