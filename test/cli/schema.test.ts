import { describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, tempFolder } from './cli.js';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

const subgraph = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", { name: "@requiresScopes", as: "@needs" }])
type Product @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! cost: Int @needs(scopes: [["cost"]]) }
extend type Query { product(sku: ID @hasRole(roles: ["buyer"])): Product open: Int @public }
extend type Mutation { order: Int drop: Int @authenticated }
`;

/** Runs a schema command on a file. */
const withFile = (text: string, ...args: string[]) => {
  const file = join(tempFolder(), 'my.graphql');
  writeFileSync(file, text);
  return cli(['schema', ...args, '--schema', file]);
};

describe('schema print', () => {
  test('prints our own API, or the file as it is', async () => {
    expect(await cli(['schema', 'print'])).toEqual({
      code: 0,
      stdout: read('schema.graphql'),
      stderr: '',
    });
    expect((await withFile(subgraph, 'print')).stdout).toBe(subgraph);
    expect((await withFile('type Query { f: Int }', 'print')).stdout).toBe(
      'type Query { f: Int }\n',
    );
  });

  test('--federation leaves out what composition refuses, and says each on standard error', async () => {
    const { code, stdout, stderr } = await withFile(subgraph, 'print', '--federation');
    expect(code).toBe(0);
    expect(stderr.split('\n')).toEqual([
      'Query.product(sku:): @hasRole is left out, because Federation has no such directive.',
      'Query.open: @public is left out, because Federation has no such directive.',
      '',
    ]);
    expect(stdout).toMatch(/product\(sku: ID\): Product\n/);
    expect(stdout).toContain('@needs(scopes: [["cost"]])');
  });
});

describe('schema report', () => {
  test('prints a table, or JSON', async () => {
    const table = await withFile(subgraph, 'report');
    expect(table.code).toBe(0);
    expect(table.stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'COORDINATE OWN INHERITED',
      'Query - -',
      'Query.product - -',
      'Query.product(sku:) @hasRole(buyer) -',
      'Query.open @public -',
      'Mutation - -',
      'Mutation.order - -',
      'Mutation.drop @authenticated -',
      'Product - -',
      'Product.id - -',
      'Product.sku - -',
      'Product.cost @requiresScopes(cost) -',
      '',
    ]);
    const json = await withFile(subgraph, 'report', '--format', 'json');
    expect(JSON.parse(json.stdout).unguarded).toEqual({
      query: ['Query.product'],
      mutation: ['Mutation.order'],
      subscription: [],
    });
    expect((await withFile(subgraph, 'report', '--json')).stdout).toBe(json.stdout);
  });

  test('says where a requirement comes from', async () => {
    const sdl =
      'type O @authenticated { a: Int } type P { b: Int } union U = O | P type Query { u: U o: O }';
    const { stdout } = await withFile(sdl, 'report', '--mode', 'protect-all');
    expect(stdout).toMatch(/^Query\.u +- +@authenticated from protect-all$/m);
    expect((await withFile(sdl, 'report')).stdout).toMatch(
      /^Query\.u +- +@authenticated from O where it is O$/m,
    );
  });

  test('--fail-on ends with 5 and names what it has found', async () => {
    const found = await withFile(
      subgraph,
      'report',
      '--fail-on',
      'unguarded-mutation,unguarded-query',
    );
    expect(found.code).toBe(5);
    expect(found.stderr).toBe(
      'Unguarded query: Query.product. Put a guard on it, or @public.\n' +
        'Unguarded mutation: Mutation.order. Put a guard on it, or @public.\n',
    );
    expect((await withFile(subgraph, 'report', '--fail-on', 'unguarded-subscription')).code).toBe(
      0,
    );
    const protectAll = ['--fail-on', 'unguarded-query', '--mode', 'protect-all'];
    expect((await withFile(subgraph, 'report', ...protectAll)).code).toBe(0);
  });

  test('nothing of our own API is unguarded', async () => {
    const failOn = 'unguarded-query,unguarded-mutation,unguarded-subscription';
    expect(await cli(['schema', 'report', '--fail-on', failOn])).toMatchObject({ code: 0 });
  });

  test('docs/schema-report.txt is what it says of our own API', async () => {
    const refresh = 'npm run build && node dist/cli/main.js schema report > docs/schema-report.txt';
    const { stdout } = await cli(['schema', 'report']);
    const fresh = stdout === read('docs/schema-report.txt');
    expect(
      fresh ? 'fresh' : `The protection of the API has changed. Look at it, then: ${refresh}`,
    ).toBe('fresh');
  });
});

describe('a file', () => {
  test.each([
    ['that is not there', null, 'ENOENT'],
    ['that is no GraphQL', 'type Query {', 'line 1, column 13: Syntax Error'],
    ['with a type that does not exist', 'type Query { f: Nope }', 'Unknown type "Nope".'],
    ['with a misspelt guard', 'type Query { f: Int @authentcated }', '"@authentcated"'],
    [
      'with a misspelt guard beside a link',
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9") type Query { f: Int @authentcated }',
      '"@authentcated"',
    ],
    ['with a misplaced guard', 'type Query { o: O } type O { f: Int @public }', 'O.f: @public'],
  ])('%s ends with 1 and a sentence', async (_, text, message) => {
    const { code, stdout, stderr } =
      text === null
        ? await cli(['schema', 'report', '--schema', join(tempFolder(), 'none.graphql')])
        : await withFile(text, 'report');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('of Federation 1, of a schema definition and of extensions alone is read', async () => {
    for (const text of [
      'type T @key(fields: "id") { id: ID! } extend type Query { t: T }',
      `${subgraph} schema { query: Query mutation: Mutation }`,
      'extend interface I { a: Int } extend scalar S @authenticated extend enum E { A } extend union U = T extend input In { a: Int } type T { s: S e(in: In): E } type Query { i: I u: U }',
    ]) {
      expect(await withFile(text, 'report')).toMatchObject({ code: 0, stderr: '' });
    }
  });
});

test.each([
  [['--format', 'xml'], '--format is table or json, got "xml".'],
  [['--mode', 'all'], '--mode is granular or protect-all, got "all".'],
  [['--fail-on', 'unguarded'], '--fail-on takes unguarded-query, unguarded-mutation'],
])('%s is refused with what it may be', async (args, message) => {
  const { code, stderr } = await cli(['schema', 'report', ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

describe('what the docs show is what is printed', () => {
  /** The file that a page writes with a heredoc. */
  const fileIn = (page: string, name: string) =>
    page.split(`cat > ${name} <<'END'\n`)[1]?.split('END\n')[0] as string;

  test('guards.md', async () => {
    const page = read('docs/guards.md');
    const { stdout } = await withFile(fileIn(page, 'library.graphql'), 'report');
    expect(page).toContain(`\`\`\`text\n${stdout}\`\`\``);
  });

  test('federation.md', async () => {
    const page = read('docs/federation.md');
    const file = fileIn(page, 'orders.graphql');
    const { stdout, stderr } = await withFile(file, 'print', '--federation');
    expect(page).toContain(`\`\`\`text\n${stderr}${stdout}\`\`\``);
  });
});
