import { expect, test } from '@jest/globals';
import { buildSchema, execute, getOperationAST, parse, type FieldNode } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { isIncluded } from '../src/included.js';
import { codeOf, testAuth } from './support/auth.js';

const schema = buildSchema('type Query { a: Int }');
const declared = '($v: Boolean = true, $w: Boolean = false)';
const conditions = [
  ...['@skip(if: true)', '@skip(if: false)', '@include(if: true)', '@include(if: false)'],
  ...['@skip(if: $v)', '@include(if: $v)', '@skip(if: $w)', '@include(if: $w)'],
  ...['@skip(if: $v) @include(if: $w)', '@include(if: $v) @skip(if: $w)', '@other(if: true)', ''],
];
const values = [{}, { v: false }, { w: true }, { v: true, w: true }, { v: false, w: false }];

test.each(conditions)('%j leaves in what graphql-js executes', (condition) => {
  const document = parse(`query ${declared} { a ${condition} }`);
  const operation = getOperationAST(document);
  const [field] = operation?.selectionSet.selections as [FieldNode];
  for (const variableValues of values) {
    const { coerced } = getVariableValues(
      schema,
      operation?.variableDefinitions ?? [],
      variableValues,
    );
    const { data } = execute({ schema, document, variableValues }) as { data: object };
    expect(isIncluded(field, coerced ?? {})).toBe('a' in data);
  }
});

test('a condition that is sent as null, which graphql-js refuses, counts as included', async () => {
  const it = await testAuth();
  const login = (key: string, condition: string) =>
    `${key}: login(input: { email: "ann@example.com", password: "x" }) ${condition} { tokenType }`;
  const source = `mutation($v: Boolean = true) { ${login('a', '@skip(if: $v)')} ${login('b', '')} }`;
  expect(codeOf(await it.run(source, { variables: { v: null } }))).toBe('BAD_USER_INPUT');
  expect(codeOf(await it.run(source))).toBe('INVALID_CREDENTIALS');
});
