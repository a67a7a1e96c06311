import { beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { blocksOf } from '../support/docs.js';
import { useFolder } from '../support/folder.js';
import { consumer, consumerOfTests } from './consumers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const inFolder = useFolder();
const call = promisify(execFile);
const tsc = join(root, 'node_modules/typescript/bin/tsc');

interface SourceMap {
  sources: string[];
  sourcesContent?: string[];
}

/** The package as it is published, installed in a project of somebody's own. */
beforeAll(async () => {
  const built = inFolder('built');
  const project = inFolder('project');
  const modules = join(project, 'node_modules');
  mkdirSync(modules, { recursive: true });
  await call(process.execPath, [join(root, 'scripts/bundle.mjs'), join(built, 'dist')]);
  await call(process.execPath, [
    tsc,
    '-p',
    join(root, 'tsconfig.build.json'),
    // Whether the types are right is asked by `npm run check`.
    '--noCheck',
    '--outDir',
    join(built, 'dist'),
  ]);
  const texts = ['schema.graphql', 'CHANGELOG.md', 'README.md', 'docs', 'deploy', 'examples'];
  for (const file of ['package.json', ...texts]) {
    const filter = (path: string) => !path.includes('node_modules', root.length);
    cpSync(join(root, file), join(built, file), { recursive: true, filter });
  }
  // As a server leaves it that is tried out in its folder.
  mkdirSync(join(built, 'examples/mercurius/data'));
  writeFileSync(join(built, 'examples/mercurius/data/gatehouse.db'), '');
  await call('npm', ['pack', '--ignore-scripts', '--silent'], { cwd: built });
  const tarball = readdirSync(built).find((file) => file.endsWith('.tgz')) as string;
  await call('tar', ['-xzf', join(built, tarball), '-C', project]);
  for (const name of readdirSync(join(root, 'node_modules')).filter(
    (each) => !each.startsWith('.'),
  )) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  cpSync(join(project, 'package'), join(modules, 'graphql-gatehouse'), { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
});

const run = (file: string, text: string) => {
  writeFileSync(inFolder(`project/${file}`), text);
  return call(process.execPath, [file], { cwd: inFolder('project') });
};

/** A program that prints what a signup answers. */
const logsIn = (database: string) => `
  import { createAuth } from 'graphql-gatehouse';
  import { makeExecutableSchema } from '@graphql-tools/schema';
  import { graphql } from 'graphql';
  const auth = createAuth({ database: '${database}' });
  const { typeDefs, resolvers } = auth;
  const schema = auth.guard(makeExecutableSchema({ typeDefs, resolvers }));
  const source = 'mutation { signup(input: { email: "a@example.com", password: "a long sentence is fine" }) { user { email } } }';
  (async () => {
    const contextValue = await auth.context({ headers: {}, address: '192.0.2.1' });
    console.log(JSON.stringify(await graphql({ schema, source, contextValue })));
    await auth.close();
  })();`;

const strict = '--strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess';
const modules = '--module nodenext --target es2022 --lib es2023,dom --types node';
/** What a type is called in declarations is asked only where there are any. */
const declarations = '--declaration --emitDeclarationOnly --outDir declarations';
const options = `${strict} ${modules} ${declarations} --skipLibCheck false`.split(' ');

/** Answers what the compiler complains of. Texts by the names of their files. */
async function compile(
  program: Readonly<Record<string, string>>,
  flags = options,
): Promise<string> {
  const cwd = inFolder('project');
  const files = Object.entries(program).map(([file, text]) => {
    writeFileSync(join(cwd, file), text);
    return file;
  });
  const compiled = call(process.execPath, [tsc, ...flags, ...files], { cwd });
  return (await compiled.catch((error: { stdout: string }) => error)).stdout;
}

/** The commands of a page, as they run where the package is installed. */
function shell(text: string) {
  const tools = `npx() { "$@"; }
    gatehouse() { node node_modules/graphql-gatehouse/dist/cli/main.js "$@"; }`;
  const PATH = `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`;
  const env = { PATH, HOME: inFolder('project'), NODE_NO_WARNINGS: '1' };
  return call('bash', ['-euc', `${tools}\n${text}`], { cwd: inFolder('project'), env });
}

describe('the packed package', () => {
  test('is imported by name, and logs in', async () => {
    const { stdout } = await run('main.mjs', logsIn(':memory:'));
    expect(JSON.parse(stdout)).toEqual({ data: { signup: { user: { email: 'a@example.com' } } } });
  });

  const banner = `import { createRequire as of } from 'node:module'; const require = of(import.meta.url);`;

  test.each([
    ['CommonJS', 'cjs', ''],
    ['modules', 'esm', banner],
  ] as const)('logs in from a bundle of %s beside `@node-rs` and SQLite', async (_, format, js) => {
    const cwd = inFolder('project');
    const bundle = `bundle.${format}`.replace('esm', 'mjs');
    await build({
      stdin: { contents: logsIn(`${format}.db`), resolveDir: cwd },
      outfile: join(cwd, bundle),
      bundle: true,
      platform: 'node',
      format,
      banner: { js },
      external: ['@node-rs/*'],
    });
    const { stdout } = await call(process.execPath, [bundle], { cwd });
    expect(JSON.parse(stdout)).toEqual({ data: { signup: { user: { email: 'a@example.com' } } } });
  });

  test('asks for packages and modules by no way that a bundler replaces by one that finds none', () => {
    const dist = inFolder('project/node_modules/graphql-gatehouse/dist');
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .map((file) => readFileSync(join(dist, file), 'utf8'));
    expect(files.filter((text) => /import \{[^}]*createRequire/.test(text))).toEqual([]);
    // And no module by a path of the moment, for which webpack warns and puts a stub.
    const computed = files.flatMap((text) => text.match(/\bimport\((?!\s*")[^)]*/g) ?? []);
    expect(computed).toEqual([expect.stringMatching(/^import\(\s*\/\* webpackIgnore: true \*\//)]);
  });

  test.each([
    'dist/index.js',
    'dist/auth/createAuth.js',
    'src/index.ts',
    'auth',
    'testing/testClock',
  ])('has no door at %s', async (path) => {
    const imported = run('deep.mjs', `await import('graphql-gatehouse/${path}')`);
    await expect(imported).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  test('its source maps hold the sources, which are not in it', () => {
    const dist = inFolder('project/node_modules/graphql-gatehouse/dist');
    const maps = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.js.map'),
    );
    expect(maps.length).toBeGreaterThan(10);
    for (const file of maps) {
      const map = JSON.parse(readFileSync(join(dist, file), 'utf8')) as SourceMap;
      expect([file, map.sourcesContent?.length]).toEqual([file, map.sources.length]);
    }
  });

  test('holds no package but the scalars, with their license', () => {
    const dist = inFolder('project/node_modules/graphql-gatehouse/dist');
    const licenses = readFileSync(join(dist, 'licenses.txt'), 'utf8');
    expect(licenses).toMatch(/^graphql-scalars [\d.]+\n\nThe MIT License/);
    expect(licenses).not.toMatch(/^(?!graphql-scalars)\S+ \d+\.\d+\.\d+$/m);
  });

  test('what looks for files beside dist stands one folder deep in it', () => {
    const dist = inFolder('project/node_modules/graphql-gatehouse/dist');
    const looking = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(
      (file) =>
        file.endsWith('.js') &&
        /'\.\.\/\.\.\/|"\.\.\/\.\.\//.test(
          readFileSync(join(dist, file), 'utf8').replace(/^} from .*$/gm, ''),
        ),
    );
    expect(looking.map(dirname)).toEqual(['chunks', 'cli']);
  });

  test('has what its README and its pages link to, but for sources and tests', () => {
    const packed = inFolder('project/node_modules/graphql-gatehouse');
    const pages = readdirSync(join(packed, 'docs')).filter((file) => file.endsWith('.md'));
    const links = ['README.md', ...pages.map((page) => `docs/${page}`)].flatMap((page) =>
      [...readFileSync(join(packed, page), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, path]) => path as string)
        .filter((path) => !/^https?:|^\.\.\/(src|test|bench|scripts)\//.test(path))
        .map((path) => ({ page, path })),
    );
    expect(links.length).toBeGreaterThan(50);
    const dead = links.filter(({ page, path }) => !existsSync(join(packed, dirname(page), path)));
    expect(dead).toEqual([]);
    const files = readdirSync(packed, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.db$|node_modules|package-lock/.test(file))).toEqual([]);
  });

  test('its types are found by a CommonJS project that knows nothing of exports', async () => {
    const resolution =
      '--module commonjs --moduleResolution node10 --target es2022 --lib es2023,dom';
    const flags = `${strict} ${resolution} --types node --skipLibCheck --noEmit`.split(' ');
    const program = `
      import { createAuth, type AuthContext } from 'graphql-gatehouse';
      export const auth = createAuth({ database: ':memory:' });
      export const idOf = (context: AuthContext): string | undefined => context.viewer?.id;
      // @ts-expect-error an option that there is not
      createAuth({ databse: 'a.db' });`;
    expect(await compile({ 'older.ts': program }, flags)).toBe('');
  });

  test('its types are read by TypeScript before 5.7, whose typed arrays take no argument', () => {
    const dist = inFolder('project/node_modules/graphql-gatehouse/dist');
    const declarations = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.d.ts'),
    );
    expect(declarations.length).toBeGreaterThan(100);
    const newer = declarations.filter((file) =>
      /\b(\w+Array|Buffer|DataView)<ArrayBuffer/.test(readFileSync(join(dist, file), 'utf8')),
    );
    expect(newer).toEqual([]);
  });

  test('its types hold in a strict project that checks its libraries and has declarations, and so does the TypeScript of its pages', async () => {
    const blocks = readdirSync(join(root, 'docs'))
      .filter((file) => file.endsWith('.md'))
      .flatMap((page) => blocksOf(`docs/${page}`).map((block) => ({ page, ...block })));
    const generating = blocks.filter(({ text }) => text.includes('npx graphql-codegen'));
    for (const { text } of generating) await shell(text);
    const shown = blocks
      .filter(({ language }) => language === 'ts')
      .map(({ page, line, text }) => [`${page}.${line}.ts`, text] as const);
    expect([generating.length, shown.length]).toEqual([1, 3]);
    // In one go: most of the time goes into reading the libraries.
    const programs = { ...consumer, ...consumerOfTests, ...Object.fromEntries(shown) };
    expect(await compile(programs)).toBe('');
  });
});
