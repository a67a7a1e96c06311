import { describe, expect, jest, test } from '@jest/globals';
import {
  execute,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import { build, deniedIn, expired, guards, nobody, somebody } from './support.js';

const typeDefs = `
  type Query { rows: [Row] }
  type Row { a: String @authenticated b: String @requiresScopes(scopes: [["read"]]) }
`;
const tick = () => new Promise((resolve) => setImmediate(resolve));

function prepare() {
  const resolve = jest.fn(async () => {
    await tick();
    return 'told';
  });
  const made = guards();
  const schema = made.guard(
    build(typeDefs, { Query: { rows: () => [{}, {}, {}] }, Row: { a: resolve, b: resolve } }),
  );
  const document = parse('{ rows { a b } }');
  const operation = document.definitions[0] as OperationDefinitionNode;
  return {
    ...{ resolve, made, schema },
    run: (contextValue: unknown) =>
      execute({ schema, document, contextValue }) as Promise<ExecutionResult>,
    judge: (context: object) => made.judge(schema, document, operation, {}, context),
  };
}

describe('an execution that is clear', () => {
  test('clears nobody else who runs the same operation beside it', async () => {
    for (let n = 0; n < 100; n++) {
      const { run, resolve } = prepare();
      const who = [somebody({ scopes: ['read'] }), nobody(), somebody(), expired()] as const;
      const [all, none, half, old] = await Promise.all(who.map(run));
      const counts = [all, none, half, old].map(
        (result) => deniedIn(result as ExecutionResult).length,
      );
      expect(counts).toEqual([0, 6, 3, 6]);
      expect(resolve).toHaveBeenCalledTimes(6 + 3);
    }
  });

  test('clears no later one of a context whose credential has changed', async () => {
    const { run } = prepare();
    const context = somebody({ scopes: ['read'] });
    expect(deniedIn(await run(context))).toEqual([]);
    Object.assign(context, expired());
    expect(deniedIn(await run(context))).toHaveLength(6);
  });

  test('clears no field that is asked after its credential has changed', async () => {
    const { run, resolve } = prepare();
    const context = somebody({ scopes: ['read'] });
    resolve.mockImplementationOnce(() => {
      Object.assign(context, nobody());
      return Promise.resolve('told');
    });
    expect(deniedIn(await run(context))).toHaveLength(5);
    expect(resolve).toHaveBeenCalledTimes(1);
  });
});

describe('a judgement that is clear', () => {
  test('is not believed when the credential has changed since', async () => {
    const { run, judge, resolve } = prepare();
    const context = somebody({ scopes: ['read'] });
    expect((await judge(context)).denials).toEqual([]);
    Object.assign(context, nobody());
    expect(deniedIn(await run(context))).toHaveLength(6);
    expect(resolve).not.toHaveBeenCalled();
  });

  test('is not believed for other fragments of the same operation', async () => {
    const { made, schema, resolve } = prepare();
    const [harmless, other] = ['__typename', 'b'].map((field) =>
      parse(`query { rows { ...Part } } fragment Part on Row { ${field} }`),
    ) as [DocumentNode, DocumentNode];
    const operation = harmless.definitions[0] as OperationDefinitionNode;
    const swapped = { ...other, definitions: [operation, ...other.definitions.slice(1)] };
    for (const context of [nobody(), somebody()]) {
      expect((await made.judge(schema, harmless, operation, {}, context)).denials).toEqual([]);
      const run = execute({ schema, document: swapped, contextValue: context });
      expect(deniedIn(await run)).toHaveLength(3);
    }
    expect(resolve).not.toHaveBeenCalled();
  });

  test('is not believed for another context', async () => {
    const { run, judge } = prepare();
    await judge(somebody({ scopes: ['read'] }));
    expect(deniedIn(await run(somebody()))).toHaveLength(3);
  });
});
