/**
 * The order of the tests. On a machine that has never run them Jest begins with the largest files, and a small file
 * that takes long is then left to run alone at the end: those that take longest are named here, and come first.
 */
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const own = createRequire(createRequire(import.meta.url).resolve('jest'));
const core = createRequire(own.resolve('@jest/core'));
const { default: Sequencer } = core('@jest/test-sequencer');

const slowest = [
  'library/package',
  'cli/workersLife',
  'docs/pages3',
  'cli/workers',
  'docs/pages',
  'docs/pages1',
  'directives/property',
  'examples/browser',
  'services/faults',
  'client/browser',
  'cli/serve',
  'server/memory',
  'client/renewal',
  'services/races',
  'cli/storeCheck',
  'services/nodes',
  'directives/introspection/property',
  'store/postgres',
  'server/explorerBrowser',
  'settings/server',
].map((name) => join(import.meta.dirname, `../test/${name}.test.ts`));

const gone = slowest.find((file) => !existsSync(file));
if (gone !== undefined)
  throw new Error(`scripts/slowestFirst.mjs names ${gone}, which is not there.`);

export default class SlowestFirst extends Sequencer {
  async sort(tests) {
    const others = await super.sort(tests.filter(({ path }) => !slowest.includes(path)));
    const first = slowest.flatMap((file) => tests.filter(({ path }) => path === file));
    return [...first, ...others];
  }
}
