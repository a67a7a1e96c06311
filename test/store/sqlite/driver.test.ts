import { describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { StoreUnavailableError } from '../../../src/store/failures.js';
import { driver, driverFor, loadDriver } from '../../../src/store/sqlite/driver.js';
import { spawnTs } from '../../support/child.js';
import { useFolder } from '../../support/folder.js';

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8'));

const inFolder = useFolder();

describe('the driver of SQLite', () => {
  test('lets go of statements, and the process goes on', async () => {
    const child = spawnTs(new URL('fixtures/lettingGo.ts', import.meta.url));
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(child.stdout()).toBe('still here\n');
  });

  test('is 13 where Node has what it needs, and 12 below', () => {
    expect(['20.19.0', '20.20.2', '21.7.3'].map(driverFor)).toEqual(
      Array(3).fill('better-sqlite3'),
    );
    expect(['22.0.0', '24.21.0', '26.4.0', '100.0.0'].map(driverFor)).toEqual(
      Array(4).fill('better-sqlite3-13'),
    );
    expect(driver).toBe(driverFor(process.versions.node));
  });

  test('is an optional dependency, so that npm leaves out what this Node cannot run', () => {
    const { dependencies, optionalDependencies } = read('package.json');
    const { packages } = read('package-lock.json');
    for (const [name, major] of [
      ['better-sqlite3', /^12\./],
      ['better-sqlite3-13', /^13\./],
    ] as const) {
      expect(Object.keys(dependencies)).not.toContain(name);
      expect(Object.keys(optionalDependencies)).toContain(name);
      expect(packages[`node_modules/${name}`]).toMatchObject({
        version: expect.stringMatching(major),
        optional: true,
      });
    }
    expect(packages['node_modules/better-sqlite3-13'].engines.node).toBe('>=22');
  });

  test('is not built where the lock is of this repository, which npm does not know by itself', () => {
    // `npm install` takes it out: put `"gypfile": false` back below the version.
    const { packages } = read('package-lock.json');
    expect(packages['node_modules/better-sqlite3-13'].gypfile).toBe(false);
  });

  test('is fetched as everything else from where the lock says, which spares asking the registry', () => {
    const { packages } = read('package-lock.json') as {
      packages: Record<string, { integrity?: string; resolved?: string }>;
    };
    const unknown = Object.entries(packages)
      .filter(([, { integrity, resolved }]) => integrity !== undefined && resolved === undefined)
      .map(([path]) => path);
    expect(unknown).toEqual([]);
  });

  test('says how to get it where it is missing', () => {
    const load = () => loadDriver('better-sqlite3-11');
    expect(load).toThrow(StoreUnavailableError);
    expect(load).toThrow(
      /^SQLite cannot be loaded: Cannot find module 'better-sqlite3-11'.*PostgreSQL/,
    );
    const other = driver === 'better-sqlite3' ? 'better-sqlite3-13' : null;
    // Node 20 has none of 13.
    if (other !== null) expect(() => loadDriver(other)).toThrow('`npm install --ignore-scripts`');
  });

  test('says in a sentence that its binary is missing, not in which folders it is', () => {
    const path = inFolder('notBuilt.cjs');
    const thrown = 'Could not locate the bindings file. Tried:\\n → /a/build/better_sqlite3.node';
    writeFileSync(
      path,
      `module.exports = class { constructor() { throw new Error('${thrown}'); } }`,
    );
    expect(() => loadDriver(path)).toThrow(
      /^SQLite cannot be loaded: Could not locate the bindings file\. Or keep/,
    );
  });
});
