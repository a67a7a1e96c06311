import { describe, expect, test } from '@jest/globals';
import { createAttachments } from '../src/attachments.js';

const owners: [string, () => object][] = [
  ['an object', () => ({ a: 1 })],
  ['an object without a prototype', () => Object.create(null) as object],
  ['an array', () => [1]],
  ['a frozen object', () => Object.freeze({ a: 1 })],
  ['an error', () => new Error('e')],
  ['a proxy', () => new Proxy({}, {})],
];

describe.each(owners)('what hangs on %s', (_, make) => {
  test('is had again, replaced, and nobody else’s', () => {
    const [one, other] = [createAttachments<object, string>(), createAttachments<object, string>()];
    const owner = make();
    expect(one.get(owner)).toBeUndefined();
    one.set(owner, 'first');
    other.set(owner, 'of another');
    one.set(owner, 'second');
    expect(one.get(owner)).toBe('second');
    expect(other.get(owner)).toBe('of another');
    expect(one.get(make())).toBeUndefined();
  });

  test('is seen by nobody, and does not come along in a copy', () => {
    const attachments = createAttachments<object, string>();
    const [owner, plain] = [make(), make()];
    attachments.set(owner, 'hidden');
    expect(Reflect.ownKeys(owner)).toEqual(Reflect.ownKeys(plain));
    expect(JSON.stringify(owner)).toBe(JSON.stringify(plain));
    expect(Object.getPrototypeOf(owner)).toBe(Object.getPrototypeOf(plain));
    expect(attachments.get({ ...owner })).toBeUndefined();
    expect(attachments.get(Object.create(owner) as object)).toBeUndefined();
  });
});
