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
});
