import { beforeAll, describe, expect, test } from '@jest/globals';
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
import { useFolder } from '../support/folder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const inFolder = useFolder();
const call = promisify(execFile);
const tsc = join(root, 'node_modules/typescript/bin/tsc');

const consumer = `
import { makeExecutableSchema } from '@graphql-tools/schema';
import { AuthError, createAuth, errorCatalogue, type Auth, type AuthContext } from 'graphql-gatehouse';
import { contextFor } from 'graphql-gatehouse/testing';
import { cookieStorage, createAuthClient, type AuthProblem } from 'graphql-gatehouse/client';
import { authSocket } from 'graphql-gatehouse/client/graphql-ws';
import { useSession } from 'graphql-gatehouse/client/react';
import { authExchange } from 'graphql-gatehouse/client/urql';

const auth: Auth = createAuth({ database: ':memory:', jwt: { expirationDelta: '10m' }, mode: 'granular' });
interface Context extends AuthContext { db: string }
const schema = auth.guard(makeExecutableSchema<Context>({
  typeDefs: [auth.typeDefs, 'extend type Query { secret: String @authenticated }'],
  resolvers: [auth.resolvers, { Query: { secret: (_: unknown, _args: unknown, { viewer, db }: Context) => (viewer?.id ?? '') + db } }],
}));
const context: Context = { ...(await auth.context({ headers: {}, address: '192.0.2.1' })), db: 'mine' };
console.log(context.viewer, schema.getQueryType()?.getFields()['secret']?.name, contextFor({ id: '7' }).viewer?.id);
console.log(errorCatalogue.FORBIDDEN, auth.checkDocument('{ me { id } }') instanceof AuthError);
const client = createAuthClient<{ name: string }>({ url: '/graphql', storage: cookieStorage('a'), userFields: 'name' });
const result = await client.login({ email: 'a@example.com', password: 'x' });
const wait = (problem: AuthProblem): number => problem.code === 'RATE_LIMITED' ? (problem.retryAfter ?? 1) : 0;
console.log(result.ok ? result.session.user.name : wait(result.problem), useSession(client)?.user.name);
console.log(authSocket(client), authExchange(client), createAuthClient({ url: '/', storage: localStorage }));
// @ts-expect-error an option that there is not
createAuthClient({ url: '/graphql', stroage: localStorage });
// @ts-expect-error an option that there is not
createAuth({ databse: 'a.db' }).close();
`;

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

describe('the packed package', () => {
  test('is imported by name, and logs in', async () => {
    const { stdout } = await run(
      'main.mjs',
      `import { createAuth } from 'graphql-gatehouse';
       import { makeExecutableSchema } from '@graphql-tools/schema';
       import { graphql } from 'graphql';
       const auth = createAuth({ database: ':memory:' });
       const { typeDefs, resolvers } = auth;
       const schema = auth.guard(makeExecutableSchema({ typeDefs, resolvers }));
       const contextValue = await auth.context({ headers: {}, address: '192.0.2.1' });
       const source = 'mutation { signup(input: { email: "a@example.com", password: "a long sentence is fine" }) { user { email } } }';
       console.log(JSON.stringify(await graphql({ schema, source, contextValue })));
       await auth.close();`,
    );
    expect(JSON.parse(stdout)).toEqual({ data: { signup: { user: { email: 'a@example.com' } } } });
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
    expect(maps.length).toBeGreaterThan(100);
    for (const file of maps) {
      const map = JSON.parse(readFileSync(join(dist, file), 'utf8')) as SourceMap;
      expect([file, map.sourcesContent?.length]).toEqual([file, map.sources.length]);
    }
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

  test('its types hold in a strict project that checks its libraries', async () => {
    writeFileSync(inFolder('project/main.ts'), consumer);
    const strict = '--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess';
    const modules = '--module nodenext --target es2022 --lib es2023,dom --types node';
    const options = `${strict} ${modules} --skipLibCheck false main.ts`.split(' ');
    const { stdout } = await call(process.execPath, [tsc, ...options], {
      cwd: inFolder('project'),
    }).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });
});
