import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { execute, parse } from 'graphql';
import type { Viewer } from '../../src/viewer.js';
import { contextOf, guarded, nobody, plain, run, somebody, viewerOf } from './support.js';

test('viewers who execute one document at the same time share no verdict', async () => {
  const owner = async (viewer: Viewer | null): Promise<boolean> => {
    await sleep(Number(viewer?.id.slice(1)) % 3);
    return viewer?.roles.has('owner') === true;
  };
  const schema = guarded(
    'type Query { f: Int @policy(policies: "owner") g: Int @hasRole(roles: ["owner"]) }',
    { Query: { f: () => 1, g: () => 1 } },
    { policies: { owner } },
  );
  const document = parse('query ($f: Boolean = true) { f @include(if: $f) g }');
  const ask = async (at: number) => {
    const viewer = viewerOf({ id: `u${at}`, roles: at % 2 ? ['owner'] : [] });
    const contextValue = contextOf({ kind: 'valid', viewer });
    const variableValues = at % 3 ? {} : { f: false };
    return plain((await execute({ schema, document, contextValue, variableValues })).data);
  };
  const answers = await Promise.all(Array.from({ length: 60 }, (_, at) => ask(at)));
  answers.forEach((answer, at) => {
    const value = at % 2 ? 1 : null;
    expect(answer).toEqual(at % 3 ? { f: value, g: value } : { g: value });
  });
});

test.each<[string, (context: object) => object]>([
  ['frozen', Object.freeze],
  ['without a prototype', (context) => Object.assign(Object.create(null) as object, context)],
  ['inherited', (context) => Object.create(context) as object],
  ['a proxy', (context) => new Proxy(context, {})],
])('a context may be %s', async (_, shaped) => {
  const schema = guarded('type Query { f: Int @authenticated }', { Query: { f: () => 1 } });
  expect((await run(schema, '{ f }', shaped(somebody()))).data).toEqual({ f: 1 });
  expect((await run(schema, '{ f }', shaped(nobody()))).data).toEqual({ f: null });
});
