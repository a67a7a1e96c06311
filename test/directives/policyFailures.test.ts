import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Log } from '../../src/log.js';
import { perObject, type ObjectCheck, type RequestPolicy } from '../../src/directives/policies.js';
import { guarded, run, somebody } from './support.js';

const error = jest.fn<Log['error']>();
const log: Log = { error, warn: () => undefined, info: () => undefined, debug: () => undefined };
const ran = jest.fn(() => 1);

beforeEach(() => {
  jest.clearAllMocks();
});

const outage = new Error('the database is down');
const forever = () => new Promise<never>(() => undefined);

describe('a policy about the request that fails denies and is logged whole', () => {
  test.each<[string, RequestPolicy]>([
    [
      'it throws',
      () => {
        throw outage;
      },
    ],
    ['it rejects', () => Promise.reject(outage)],
    ['it takes too long', forever],
  ])('%s', async (_, policy) => {
    const schema = guarded(
      'type Query { f: Int @policy(policies: "p") }',
      { Query: { f: ran } },
      { policies: { p: policy }, policyTimeout: 0.02, log },
    );
    const { errors } = await run(schema, '{ f }', somebody());
    expect(errors?.[0]?.extensions).toMatchObject({ reason: 'POLICY_DENIED', missing: ['p'] });
    expect(JSON.stringify(errors)).not.toContain('database');
    expect(ran).not.toHaveBeenCalled();
    expect(error).toHaveBeenCalledTimes(1);
    const [details] = error.mock.calls[0] as unknown as [{ policy: string; err: Error }];
    expect(details.policy).toBe('p');
    const late = 'It did not answer within 0.02 s (policyTimeout).';
    expect([outage.message, late]).toContain(details.err.message);
  });
});

describe('a policy over objects that fails denies all of them and is logged whole', () => {
  const all = (answer: unknown) => () => answer as readonly boolean[];
  test.each<[string, ObjectCheck]>([
    [
      'it throws',
      () => {
        throw outage;
      },
    ],
    ['it rejects', () => Promise.reject(outage)],
    ['it takes too long', forever],
    ['too few answers', all([true])],
    ['too many answers', all([true, true, true])],
    ['no list', all(true)],
    ['no answer', all(undefined)],
  ])('%s', async (_, check) => {
    const schema = guarded(
      'type Row { f: Int @policy(policies: "p") } type Query { rows: [Row] }',
      { Row: { f: ran }, Query: { rows: () => [{}, {}] } },
      { policies: { p: perObject(check) }, policyTimeout: '20ms', log },
    );
    const { denied } = await run(schema, '{ rows { f } }', somebody());
    expect(denied).toHaveLength(2);
    expect(ran).not.toHaveBeenCalled();
    expect(error).toHaveBeenCalledTimes(1);
  });

  test.each([[[1, 'true']], [[undefined, null]], [new Array<boolean>(2)]])(
    'only true allows, not %j',
    async (answers) => {
      const check = (() => answers) as unknown as ObjectCheck;
      const schema = guarded(
        'type Row { f: Int @policy(policies: "p") } type Query { rows: [Row] }',
        { Row: { f: ran }, Query: { rows: () => [{}, {}] } },
        { policies: { p: perObject(check) }, log },
      );
      expect((await run(schema, '{ rows { f } }', somebody())).denied).toHaveLength(2);
      expect(ran).not.toHaveBeenCalled();
      expect(error).not.toHaveBeenCalled();
    },
  );
});

test('an answer in time leaves no timer behind', async () => {
  const cleared = jest.spyOn(globalThis, 'clearTimeout');
  const schema = guarded(
    'type Query { f: Int @policy(policies: "p") }',
    { Query: { f: ran } },
    { policies: { p: () => Promise.resolve(true) } },
  );
  expect((await run(schema, '{ f }', somebody())).data).toEqual({ f: 1 });
  expect(cleared).toHaveBeenCalledTimes(1);
  cleared.mockRestore();
});

test.each([
  ['of a concrete type', 'rows: [Row!]'],
  ['of an abstract type', 'rows: [Node!]'],
])('where a list falls, a denial after that is no unhandled rejection: %s', async (_, field) => {
  const row = { __typename: 'Row' };
  const schema = guarded(
    `interface Node { id: Int } type Row implements Node @policy(policies: "p") { id: Int } type Query { ${field} }`,
    { Query: { rows: () => [row, null, Promise.reject(new Error('a row')), row] } },
    { policies: { p: perObject((items) => Promise.resolve(items.map(() => false))) } },
  );
  expect((await run(schema, '{ rows { id } }', somebody())).data).toEqual({ rows: null });
  // jest fails a test during which a rejection stays unhandled.
  await new Promise((done) => setTimeout(done, 20));
});

test('a policy that sorts what it is asked about moves no answer to another object', async () => {
  const check = (items: readonly { object: unknown }[]) => {
    const ids = items as { object: { id: number } }[];
    return ids
      .sort((one, other) => one.object.id - other.object.id)
      .map(({ object }) => object.id === 1);
  };
  const schema = guarded(
    'type O @policy(policies: "p") { id: Int } type Query { f: [O] }',
    { Query: { f: () => [{ id: 2 }, { id: 1 }] } },
    { policies: { p: perObject(check) }, log },
  );
  expect((await run(schema, '{ f { id } }', somebody())).data).toEqual({ f: [null, null] });
  expect(error).toHaveBeenCalledTimes(1);
});
